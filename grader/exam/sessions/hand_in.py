"""Closes a candidate's task and has it judged, once, whoever or whatever closed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.attempts.submit import Handed, submit
from grader.exam.identity import now
from grader.exam.owner import PATIENCE_S
from grader.exam.sessions.step import looked_at, take
from grader.model.errors import Code, GraderError
from grader.model.session import ClosedBy, Seat, SeatState, TaskState
from grader.model.session_clock import Due, due
from grader.model.session_refusal import refusal
from grader.model.session_steps import close, halt, hand_in, handed_back, judged
from grader.model.text import Bilingual
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.exam.surroundings import Surroundings
    from grader.model.phase import PhaseLog

MOST_JUDGINGS = 3
"""How often closed work is judged where that ends in an error of ours, before a person has to look at it."""


def hand_task_in(around: Surroundings, code: str, log: PhaseLog) -> Handed:
    """Close the candidate's task and judge it; after its time it is closed as of then.

    Raises:
        GraderError: session-state, where no task is being worked on; as `grader.exam.attempts.submit.submit` does.
    """
    seat = looked_at(around, code)
    task = seat.current
    if task is None or task.state is not TaskState.JUDGING:
        seat = _closed(around, code, ClosedBy.CANDIDATE)
    handed = judge(around, code, log)
    if handed is None:
        raise refusal(
            seat,
            Bilingual("la tâche a été corrigée entre-temps", "the task was judged in the meantime"),
            "grader next",
        )
    return handed


def close_due(around: Surroundings, code: str, log: PhaseLog) -> Seat:
    """Do what the clock asks for: close what is over, judge what is closed."""
    seat = looked_at(around, code)
    asked = due(seat, around.clock())
    if Due.CLOSE in asked:
        if seat.current:
            seat = _closed(around, code, ClosedBy.TIME)
        else:
            note = "the time of the whole practical part is over"
            seat = take(
                around, code, lambda s: close(s, ClosedBy.TIME, around.clock(), now()), note
            )
    if seat.current and seat.current.state is TaskState.JUDGING:
        judge(around, code, log)
        seat = around.sessions.seat(code)
    return seat


def judge(
    around: Surroundings, code: str, log: PhaseLog, *, patience_s: float = PATIENCE_S
) -> Handed | None:
    """Judge the closed task of a seat, whichever process closed it; None where there is none.

    Args:
        around: Where the seat is.
        code: The seat's.
        log: Shows the judging.
        patience_s: How long another process that judges it is waited for.

    Raises:
        GraderError: As `grader.exam.attempts.submit.submit` does; the task can then be done anew.
    """
    seat = around.sessions.seat(code)
    task = seat.current
    if task is None or task.state is not TaskState.JUDGING:
        return None
    try:
        handed = _judged(around, seat, log, patience_s)
    except GraderError as error:
        if error.code is Code.SANDBOX_GONE:
            _lost(around, code, task.place, str(error))
        raise
    again = handed.result.verdict is Verdict.ERROR and _may_go_on(around, seat)
    step = handed_back if again else judged
    note = _note(around.sessions.seat(code), handed, again=again)
    take(around, code, lambda s: _once(s, task.place, lambda t: step(t, around.clock())), note)
    return handed


def _judged(around: Surroundings, seat: Seat, log: PhaseLog, patience_s: float) -> Handed:
    attempt = seat.current.attempt if seat.current else ""
    tries = 1 if _may_go_on(around, seat) else MOST_JUDGINGS
    handed = submit(around, attempt, log, patience_s=patience_s)
    while handed.result.verdict is Verdict.ERROR and (tries := tries - 1):
        handed = submit(around, attempt, log, patience_s=patience_s)
    return handed


def _may_go_on(around: Surroundings, seat: Seat) -> bool:
    task = seat.current
    return (
        task is not None
        and task.closed_by is ClosedBy.CANDIDATE
        and seat.state is SeatState.WORKING
        and seat.task_left_s(around.clock()) > 0
    )


def _closed(around: Surroundings, code: str, by: ClosedBy) -> Seat:
    note = "handed in" if by is ClosedBy.CANDIDATE else "its time is over"

    def step(seat: Seat) -> Seat:
        # Another process may have closed it since it was looked at.
        if seat.current and seat.current.state is TaskState.JUDGING:
            return seat
        return hand_in(seat, by, around.clock(), now())

    return take(around, code, step, note)


def _lost(around: Surroundings, code: str, place: int, why: str) -> None:
    """There is nothing to judge any more, by our fault: the clock stands until an examiner looks at it."""

    def step(seat: Seat) -> Seat:
        if seat.state is SeatState.OVER:
            # The exam was ended: without a verdict the task needs a person's decision.
            return judged(seat, around.clock())
        moment = around.clock()
        return halt(handed_back(seat, moment), moment, moment)

    take(around, code, lambda s: _once(s, place, step), why)


def _once(seat: Seat, place: int, step: Callable[[Seat], Seat]) -> Seat:
    """The step, unless another process has taken it already."""
    at_hand = next(task for task in seat.tasks if task.place == place)
    return step(seat) if at_hand.state is TaskState.JUDGING else seat


def _note(seat: Seat, handed: Handed, *, again: bool) -> str:
    result = handed.result
    said = f"{result.verdict.value}, {result.points} of {result.max_points} points"
    late = seat.current.late_s if seat.current else 0.0
    if late >= 1:
        said += f"; closed {late:.0f} s after its time, nobody looked earlier"
    return f"{said}; to be submitted again" if again else said
