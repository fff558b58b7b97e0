"""The theory paper of a candidate of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.identity import new_attempt_id
from grader.exam.sessions.step import looked_at, take
from grader.exam.theory.sitting import Sitting, begin, resume
from grader.model.session import Seat, SeatState
from grader.model.session_steps import refusal, with_paper
from grader.sandbox.settings import data_folder

if TYPE_CHECKING:
    from pathlib import Path

    from grader.exam.surroundings import Surroundings
    from grader.store.papers import PaperStore


def take_paper(around: Surroundings, code: str, bank: Path | None = None) -> Sitting:
    """Begin a candidate's theory paper, or go on with it; before the tasks, or after them.

    Raises:
        GraderError: session-unknown; session-state, while the practical part is under way and no paper
            was begun before it.
    """
    seat = looked_at(around, code)
    store = _store(around)
    if seat.paper and store.exists(seat.paper):
        return _resumed(around, seat)
    if seat.state not in {SeatState.WAITING, SeatState.OVER}:
        raise refusal(seat, "the theory paper is taken before the first task or after the last one")
    return _begun(around, seat, bank)


def close_paper(around: Surroundings, seat: Seat) -> None:
    """Hand the paper in as it is; one that was never begun is handed in empty."""
    sitting = (
        _resumed(around, seat)
        if seat.paper and _store(around).exists(seat.paper)
        else _begun(around, seat, None)
    )
    sitting.hand_in()


def paper_taken(around: Surroundings, seat: Seat) -> Sitting | None:
    """The candidate's paper as it stands; None before it was begun."""
    return _resumed(around, seat) if seat.paper and _store(around).exists(seat.paper) else None


def _resumed(around: Surroundings, seat: Seat) -> Sitting:
    sitting = resume(_store(around), seat.paper, clock=around.clock)
    if sitting is None:  # pragma: no cover - a paper that is named is found, or an error raised
        raise refusal(seat, "its paper is gone")
    return sitting


def _begun(around: Surroundings, seat: Seat, bank: Path | None) -> Sitting:
    store = _store(around)
    # The seat knows the paper before there is one: none is ever without its seat.
    name = new_attempt_id(store.exists)
    seat = take(around, seat.code, lambda s: with_paper(s, name), "the theory paper")
    return begin(
        store,
        bank or data_folder("exams") / "theory",
        candidate=seat.candidate,
        language=seat.language,
        seed=seat.seed,
        minutes=around.sessions.get(seat.session).theory_minutes,
        paper_id=seat.paper,
        clock=around.clock,
    )


def _store(around: Surroundings) -> PaperStore:
    from grader.store.papers import PaperStore  # noqa: PLC0415 - SQLAlchemy is slow to import

    return PaperStore(around.database)
