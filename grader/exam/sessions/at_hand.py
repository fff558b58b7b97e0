"""Which attempt is meant where a candidate of a session types a command: the one of the task at hand."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.exam.attempts.choice import chosen
from grader.exam.sessions.hand_in import close_due
from grader.exam.sessions.take import attempt_at_hand
from grader.exam.sessions.terminal import joined
from grader.model.session import AHEAD, CLOSED, Seat, TaskState
from grader.model.session_refusal import refusal
from grader.model.text import Bilingual

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.attempt import Attempt
    from grader.model.phase import PhaseLog
    from grader.model.text import Language


@dataclass(frozen=True)
class AtHand:
    """What is meant.

    Attributes:
        attempt: The attempt.
        seat: The seat that it belongs to; None outside any session.
    """

    attempt: Attempt
    seat: Seat | None


def at_hand(
    around: Surroundings, word: str | None, log: PhaseLog, *, working: bool = False
) -> AtHand:
    """The attempt that is named by its id, by an exam's code, or by this terminal having joined an exam.

    Args:
        around: Where it is looked for.
        word: What was typed; None for nothing.
        log: Shows the judging of a task whose time was over.
        working: Whether it is to be worked on: not while its clock stands.

    Raises:
        GraderError: attempt-unknown; session-unknown or session-state, for a task that is not at hand.
    """
    code = seat_code(around, word)
    if code is None:
        attempt = chosen(around, word)
        seat = around.sessions.seat_of(attempt.id)
        if seat is None:
            return AtHand(attempt, None)
        task = next(task for task in seat.tasks if task.attempt == attempt.id)
        if task.state in AHEAD:
            raise refusal(
                seat,
                Bilingual(
                    f"la tâche {task.place} n’est pas encore commencée",
                    f"task {task.place} is not begun yet",
                ),
                "grader next",
            )
        if task.state in CLOSED:
            return AtHand(attempt, seat)
        code = seat.code
    attempt = attempt_at_hand(around, code, log, working=working)
    return AtHand(attempt, around.sessions.seat(code))


def language_of(around: Surroundings, word: str | None) -> Language:
    """What the candidate reads whose work is meant, before anything is done about it.

    Raises:
        GraderError: attempt-unknown or session-unknown.
    """
    code = seat_code(around, word)
    return around.sessions.seat(code).language if code else chosen(around, word).language


def handed_in_last(around: Surroundings, code: str, log: PhaseLog) -> Attempt | None:
    """Where no task is at hand: the attempt that was judged last, to be told of once more."""
    seat = close_due(around, code, log)
    done = [task for task in seat.tasks if task.state is TaskState.JUDGED]
    return around.attempts.get(done[-1].attempt) if done and not seat.current else None


def seat_code(around: Surroundings, word: str | None) -> str | None:
    """The code of the exam that is meant: the word itself, or, for None, what this terminal has joined."""
    if around.untouched:
        return None
    if word is None:
        return joined(around)
    seat = around.sessions.find_seat(word)
    return seat.code if seat else None
