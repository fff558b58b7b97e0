"""The command `grader` with the fake provider and judge: `python -m tests.exam.driver FOLDER PHASE WORDS...`.

PHASE is where the provider waits ("" for nowhere, "cluster,stop" for two places), or `fail:PHASE` where it breaks.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from grader.cli import main
from tests.exam.fakes import ResettingProvider, fake_surroundings

folder, phase, *words = sys.argv[1:]
failing = phase.removeprefix("fail:") if phase.startswith("fail:") else ""
around = fake_surroundings(
    Path(folder),
    ResettingProvider(Path(folder) / "world", stop_at="" if failing else phase, fail_at=failing),
)
# As a shell starts a command: pytest's parent may have had Ctrl-C ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
main.take_signals()
sys.exit(main.run(words, around))
