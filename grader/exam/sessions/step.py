"""Takes a seat one step on, and notices what its clock asks for before anything else is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.identity import now
from grader.model.session import SeatState
from grader.model.session_steps import tick

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.exam.surroundings import Surroundings
    from grader.model.clock import Moment
    from grader.model.session import Seat

REBOOTED = "the machine was started anew; the clock stands since nobody could work"


def take(around: Surroundings, code: str, step: Callable[[Seat], Seat], note: str = "") -> Seat:
    """Take one of the model's steps, in one transaction with its audit rows.

    Raises:
        GraderError: session-unknown, or session-state where the step does not fit.
    """
    from grader.store.sessions import Reason  # noqa: PLC0415 - SQLAlchemy is slow to import

    return around.sessions.step(code, step, Reason(around.who, now(), note))


def looked_at(around: Surroundings, code: str) -> Seat:
    """The seat as it stands, halted where the machine was started anew since its time was written down."""
    seat = around.sessions.seat(code)
    if _lost_power(seat, around.clock()):
        seat = take(around, code, lambda s: tick(s, around.clock()), REBOOTED)
    return seat


def _lost_power(seat: Seat, moment: Moment) -> bool:
    at = seat.watch.at
    return seat.state is SeatState.WORKING and at is not None and at.boot != moment.boot
