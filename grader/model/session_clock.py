"""What the clock of a candidate's exam asks for: which work is due, and which warnings."""

from __future__ import annotations

from enum import StrEnum

from grader.model.clock import Moment
from grader.model.session import Seat, SeatState, TaskState

WARNINGS_S = (600, 300, 60)
"""Seconds before the end of a task at which the candidate is warned."""

MOST_TRIES = 3
"""How often a sandbox is tried to be prepared without anybody asking for it."""


class Due(StrEnum):
    """Work that nobody has to ask for."""

    PREPARE = "prepare"
    CLOSE = "close"
    JUDGE = "judge"


def due(seat: Seat, now: Moment) -> frozenset[Due]:
    """What is to be done for a candidate now."""
    found = set()
    task, coming = seat.current, seat.coming
    if task and task.state is TaskState.JUDGING:
        found.add(Due.JUDGE)
    elif seat.state is SeatState.WORKING and (task or coming) and seat.task_left_s(now) <= 0:
        found.add(Due.CLOSE)
    goes_on = seat.state in {SeatState.WAITING, SeatState.WORKING, SeatState.PAUSED}
    wanted = coming and coming.state is TaskState.PENDING and coming.tries < MOST_TRIES
    if wanted and goes_on and seat.left_s(now) > 0:
        found.add(Due.PREPARE)
    return frozenset(found)


def warning(before_s: float, left_s: float) -> int | None:
    """The warning that falls between two looks at the time left: its seconds, of several the latest."""
    crossed = [mark for mark in WARNINGS_S if left_s <= mark < before_s]
    return min(crossed) if crossed else None
