"""What the commands of a candidate at work may not take long for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from grader.exam.sessions.answering import answering
from grader.model.session import TaskState
from tests.exam.sessions.held import Held

ROOT = Path(__file__).resolve().parents[2]

HEAVY = ("pytest", "jinja2", "kubernetes", "grader.judging.authoring.scenario_folder")

CODE = """\
import sys
from pathlib import Path
from grader.cli.main import run
from tests.exam.sessions.held import exam_surroundings
around = exam_surroundings(Path(sys.argv[1]))
codes = [run(words.split(), around) for words in sys.argv[3:]]
print(codes, sorted(set(sys.argv[2].split()) & set(sys.modules)), file=sys.stderr)
"""


def _run(held: Held, *heavy: str) -> subprocess.CompletedProcess[str]:
    """Begin the next task and read it again; last of stderr, the exit codes and which modules were loaded."""
    words = (f"next {held.code}", f"task {held.code}")
    return subprocess.run(
        [sys.executable, "-c", CODE, str(held.folder), " ".join(heavy), *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )


def test_next_and_task(tmp_path: Path) -> None:
    """A candidate who begins a prepared task, and reads it again, waits for neither pytest, templates nor Kubernetes."""
    held = Held(tmp_path)
    held.prepare()
    done = _run(held, *HEAVY)
    assert done.stderr.splitlines()[-1] == "[0, 0] []"
    assert "Déployez." in done.stdout


def test_answered(tmp_path: Path) -> None:
    """Where the session's time is kept they don't wait for the database either."""
    held = Held(tmp_path)
    held.prepare()
    with answering(held.around, held.session):
        done = _run(held, *HEAVY, "sqlalchemy")
    assert done.stderr.splitlines()[-1] == "[0, 0] []"
    assert done.stdout.count("Déployez.") == 2
    assert "Temps restant" in done.stdout
    assert held.seat.tasks[0].state is TaskState.WORKING
