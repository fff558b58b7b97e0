"""A session whose grader is killed at every point where something is stored."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

import pytest

from grader.model.attempt import AttemptState
from grader.model.session import SeatState, TaskState

from .held import exam_surroundings
from .session_driver import ANSWERED, Session

# More than there are of either; a run that was not killed ends the series.
MOST = 80


@pytest.mark.parametrize(
    ("moment", "fewest"), [("before-commit", 30), ("after-commit", 30), ("before-file", 4)]
)
def test_killed_everywhere(tmp_path: Path, moment: str, fewest: int) -> None:
    """Killed before or after any commit, or before any file is there, the session goes on to one result a task, the same score, and no sandbox left."""
    killed = 0
    for number in range(1, MOST):
        folder = tmp_path / str(number)
        folder.mkdir()
        if Session(folder, moment, number).end()[0] == 0:
            break
        killed += 1
        code, signed = Session(folder).end()
        assert code == 0, number
        _look(folder, signed, number)
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
