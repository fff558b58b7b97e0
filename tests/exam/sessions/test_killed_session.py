"""A session whose grader is killed at every point where something is stored."""

from __future__ import annotations

import json
import shutil
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.model.attempt import AttemptState
from grader.model.session import SeatState, TaskState
from tests.model.test_theory import BANK

from .held import exam_surroundings
from .session_driver import ANSWERED, Session

# More than there are of either; a run that was not killed ends the series.
MOST = 80


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory where there is one: a killed process does not lose what the kernel has, and there are thousands of commits."""
    # Read once, not by each of the many processes.
    monkeypatch.setattr("grader.exam.theory.sitting.load_bank", lambda _folder: BANK)
    fast = Path("/dev/shm")
    if not fast.is_dir():
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(dir=fast))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("moment", "fewest"), [("before-commit", 25), ("after-commit", 25), ("before-file", 4)]
)
def test_killed_everywhere(memory: Path, moment: str, fewest: int) -> None:
    """Killed before or after any commit, or before any file is there, the session goes on to one result a task, the same score, and no sandbox left."""
    killed = 0
    for number in range(1, MOST):
        folder = memory / str(number)
        folder.mkdir()
        if Session(folder, moment, number).end()[0] == 0:
            break
        killed += 1
        code, signed = Session(folder).end()
        assert code == 0, number
        _look(folder, signed, number)
        shutil.rmtree(folder)
    assert killed >= fewest
    assert killed < MOST - 1


def _look(folder: Path, signed: str, number: int) -> None:
    around = exam_surroundings(folder)
    (session,) = around.sessions.all()
    (seat,) = around.sessions.seats(session.id)
    assert seat.state is SeatState.FINISHED, number
    assert [task.state for task in seat.tasks] == [TaskState.JUDGED] * 2, number
    for task in seat.tasks:
        (receipt,) = around.submissions.all(task.attempt)
        assert (receipt.final, receipt.points) == (True, 10), number
    assert not list((folder / "world").glob("*/container-*")), number
    states = {attempt.state for attempt in around.attempts.all()}
    assert states == {AttemptState.STOPPED}, number
    stated = json.loads(b64decode(json.loads(signed)["payload"]))["predicate"]
    assert stated["practical"]["percent"] == "100", number
    assert stated["theory"]["points"] == str(ANSWERED), number
