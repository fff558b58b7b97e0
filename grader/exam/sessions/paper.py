"""The theory paper of a candidate of a session."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.identity import new_attempt_id
from grader.exam.sessions.step import looked_at, take
from grader.exam.theory.sitting import Sitting, begin, resume
from grader.model.paper import PaperState
from grader.model.session import Seat, SeatState
from grader.model.session_refusal import refusal
from grader.model.session_steps import extend_theory, with_paper
from grader.model.text import Bilingual
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
        raise refusal(
            seat,
            Bilingual(
                "l’épreuve théorique se passe avant la première tâche ou après la dernière",
                "the theory paper is taken before the first task or after the last one",
            ),
        )
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


def extend_paper(around: Surroundings, code: str, minutes: int, reason: str) -> Seat:
    """Give a candidate more time for the theory paper, before it is begun or while it is taken.

    Raises:
        GraderError: session-unknown; session-state, where it is handed in or its time is over.
    """
    seat = looked_at(around, code)
    if not may_be_extended(around, seat):
        raise refusal(
            seat,
            Bilingual("son épreuve théorique est remise", "its theory paper is handed in"),
            f"grader theory result {seat.paper}",
        )
    note = f"{minutes} min more for the theory paper" + (f": {reason}" if reason else "")
    seat = take(around, code, lambda s: extend_theory(s, minutes * 60), note)
    # One that is being taken has it at once.
    paper_taken(around, seat)
    return seat


def may_be_extended(around: Surroundings, seat: Seat) -> bool:
    """Whether the candidate's theory paper is still to be taken, or handed in."""
    sitting = paper_taken(around, seat)
    if sitting is None:
        return seat.state is not SeatState.FINISHED
    return sitting.paper.state is PaperState.OPEN


def _resumed(around: Surroundings, seat: Seat) -> Sitting:
    store = _store(around)
    # Whoever wrote the time down for the seat may have died before the paper had it.
    limit_s = _minutes(around, seat) * 60
    if store.get(seat.paper).limit_s < limit_s:
        store.extend(seat.paper, limit_s)
    sitting = resume(store, seat.paper, clock=around.clock)
    if sitting is None:  # pragma: no cover - a paper that is named is found, or an error raised
        raise refusal(seat, Bilingual("son épreuve théorique a disparu", "its paper is gone"))
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
        minutes=_minutes(around, seat),
        paper_id=seat.paper,
        clock=around.clock,
    )


def _minutes(around: Surroundings, seat: Seat) -> int:
    return around.sessions.get(seat.session).theory_minutes + seat.theory_extra_s // 60


def _store(around: Surroundings) -> PaperStore:
    from grader.store.papers import PaperStore  # noqa: PLC0415 - SQLAlchemy is slow to import

    return PaperStore(around.database)
