"""How a candidate's exam stands: for the candidate, for programs, and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.cli.shown.session_words import say
from grader.cli.shown.theory_words import minutes_text
from grader.model.session import SeatState, TaskState

if TYPE_CHECKING:
    from grader.cli.shown.output import Output
    from grader.model.clock import Moment
    from grader.model.session import Seat
    from grader.model.text import Language


def seat_document(seat: Seat, now: Moment) -> dict[str, Any]:
    """A seat as JSON data."""
    task = seat.current
    return {
        "code": seat.code,
        "session": seat.session,
        "candidate": seat.candidate,
        "language": seat.language.value,
        "state": seat.state.value,
        "left_s": round(seat.left_s(now), 1),
        "credit_s": round(seat.credit.used(now), 1),
        "paper": seat.paper or None,
        "theory_extra_s": seat.theory_extra_s,
        "task": task.place if task else None,
        "task_left_s": round(seat.task_left_s(now), 1) if task else None,
        "tasks": [
            {
                "place": t.place,
                "scenario": t.scenario,
                "state": t.state.value,
                "attempt": t.attempt or None,
                "given_s": t.given_s,
                "extra_s": t.extra_s,
                "used_s": round(t.watch.used(now), 1),
                "closed_by": t.closed_by.value or None,
                "late_s": round(t.late_s, 1),
                "begun_at": t.begun_at or None,
                "closed_at": t.closed_at or None,
                "trouble": t.trouble or None,
            }
            for t in seat.tasks
        ],
    }


def clock_line(seat: Seat, now: Moment, language: Language) -> str:
    """The time that a candidate has left, or why the clock stands."""
    task = seat.current
    if seat.state is SeatState.WORKING and task and task.state is TaskState.WORKING:
        left = minutes_text(seat.task_left_s(now))
        return say("left", language, task=left, whole=minutes_text(seat.left_s(now)))
    if seat.state is SeatState.WORKING and task:
        return say("stands", language, why=say("judging", language))
    if seat.state is SeatState.WORKING:
        return say("left_whole", language, whole=minutes_text(seat.left_s(now)))
    return say(seat.state.value, language)


def told_next(output: Output, seat: Seat) -> None:
    """Tell a candidate what to type now."""
    output.next_commands(*next_words(seat))


def next_words(seat: Seat) -> tuple[str, ...]:
    """What a candidate can type now, the likeliest first."""
    if seat.state in {SeatState.PAUSED, SeatState.HALTED}:
        return ("grader task",)
    if seat.current:
        return ("grader task", "grader shell", "grader submit")
    if seat.state is SeatState.WAITING:
        return ("grader next",) if seat.paper else ("grader next", "grader theory")
    if seat.state is SeatState.WORKING and seat.coming:
        return ("grader next",)
    return ("grader theory",) if seat.state is SeatState.OVER else ()
