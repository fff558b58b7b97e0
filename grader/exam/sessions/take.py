"""What a candidate does: join, begin the next task, and find the one at hand."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.identity import now
from grader.exam.sessions.hand_in import close_due
from grader.exam.sessions.prepare import (
    is_being_prepared,
    prepare_next,
    room_for_another,
    works,
)
from grader.exam.sessions.step import looked_at, take
from grader.model.errors import GraderError
from grader.model.session import Seat, SeatState, SeatTask, TaskState
from grader.model.session_clock import Due, due
from grader.model.session_refusal import refusal
from grader.model.session_steps import begin, require_beginnable
from grader.model.text import Bilingual
from grader.sandbox.waiting import wait_until

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.attempt import Attempt
    from grader.model.phase import PhaseLog

PATIENCE_S = 900.0
"""How long a candidate's command waits for a sandbox that somebody else prepares, or for memory."""


def begin_next(around: Surroundings, code: str, log: PhaseLog) -> Seat:
    """Begin the candidate's next task; its clock starts when its sandbox is ready.

    Raises:
        GraderError: session-unknown; session-state, where no task can be begun; why no sandbox could be made.
    """
    seat = close_due(around, code, log)
    around.keep(seat.session)
    # The same as the step asks, on what is known now: nobody waits for a sandbox in vain.
    require_beginnable(seat)
    seat = _with_sandbox(around, seat, log)
    return take(around, code, lambda s: begin(s, around.clock(), now()))


def begin_prepared(around: Surroundings, code: str) -> Seat | None:
    """Begin the candidate's next task if that takes no waiting; None where something else has to be done first.

    Raises:
        GraderError: session-unknown; session-state, where no task can be begun.
    """
    seat = looked_at(around, code)
    task = seat.coming
    if seat.current or task is None or Due.CLOSE in due(seat, around.clock()):
        return None
    if not _is_ready(around, task):
        return None
    return take(around, code, lambda s: begin(s, around.clock(), now()))


def seat_at_hand(around: Surroundings, code: str) -> Seat | None:
    """The seat of a candidate who works on a task; None where there is none, or its time is over.

    Raises:
        GraderError: session-unknown.
    """
    seat = looked_at(around, code)
    task = seat.current
    works_on = task is not None and task.state is TaskState.WORKING
    return seat if works_on and Due.CLOSE not in due(seat, around.clock()) else None


def attempt_at_hand(around: Surroundings, code: str, log: PhaseLog, *, working: bool) -> Attempt:
    """The attempt of the task that the candidate works on.

    Args:
        around: Where it is looked for.
        code: The seat's.
        log: Shows the judging of a task whose time was over.
        working: Whether it is to be worked on: not while its clock stands.

    Raises:
        GraderError: session-unknown; session-state, where there is none.
    """
    seat = close_due(around, code, log)
    around.keep(seat.session)
    task = seat.current
    if task is None:
        coming = seat.coming
        if seat.state is SeatState.WORKING and coming:
            raise refusal(
                seat,
                Bilingual(
                    f"la tâche {coming.place} n’est pas encore commencée",
                    f"task {coming.place} is not begun yet",
                ),
                "grader next",
            )
        raise refusal(seat, Bilingual("aucune tâche n’est en cours", "no task is being worked on"))
    if working and seat.state is not SeatState.WORKING:
        raise refusal(
            seat,
            Bilingual(
                "l’horloge est arrêtée, et personne ne travaille en attendant",
                "the clock stands, and nobody works meanwhile",
            ),
        )
    return around.attempts.get(task.attempt)


def _with_sandbox(around: Surroundings, seat: Seat, log: PhaseLog) -> Seat:
    """The seat once its next task's sandbox can be worked in."""
    code = seat.code
    while (task := seat.coming) and not _is_ready(around, task):
        _prepared_or_waited_for(around, seat, log)
        seat = around.sessions.seat(code)
    return seat


def _prepared_or_waited_for(around: Surroundings, seat: Seat, log: PhaseLog) -> None:
    if is_being_prepared(around, seat):
        with log.phase("sandbox"):
            wait_until(lambda: not is_being_prepared(around, seat), timeout_s=PATIENCE_S)
        return
    if not room_for_another(around, seat.session):
        with log.phase("waiting for memory"):
            wait_until(lambda: room_for_another(around, seat.session), timeout_s=PATIENCE_S)
    _prepare(around, seat.code, log)


def _prepare(around: Surroundings, code: str, log: PhaseLog) -> None:
    try:
        prepare_next(around, code, log)
    except GraderError:
        # Another process began to prepare it in this very moment: it is waited for.
        if not is_being_prepared(around, around.sessions.seat(code)):
            raise


def _is_ready(around: Surroundings, task: SeatTask) -> bool:
    return task.state is TaskState.PREPARED and works(around, task.attempt)
