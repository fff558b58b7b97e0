"""Recorded evidence judged the plain way: a process of pytest for each file."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from grader.model.errors import Code
from grader.sandbox.process import Commands


def pytest_on_evidence(scenario: Path, evidence: Path) -> float:
    """Seconds that `pytest SCENARIO --evidence FILE` takes.

    Raises:
        GraderError: judging-failed, where not every check passes.
    """
    began = time.monotonic()
    words = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", f"--rootdir={scenario}"]
    done = Commands().run([*words, "--noconftest", scenario, "--evidence", evidence])
    done.checked(Code.JUDGING_FAILED)
    return time.monotonic() - began
