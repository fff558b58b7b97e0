"""Prepares the sandbox of a candidate's next task, whoever asks for it and whatever the last one who did left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.exam.attempts.start import Order, start
from grader.exam.attempts.stop import stop
from grader.exam.identity import new_attempt_id
from grader.exam.owner import at_work, owner_at_work
from grader.exam.sessions.start import RESERVE_MIB
from grader.exam.sessions.step import take
from grader.model.attempt import AttemptState
from grader.model.errors import GraderError
from grader.model.session import TaskState
from grader.model.session_steps import prepare, prepared, unprepared

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.phase import PhaseLog
    from grader.model.session import Seat, SeatTask

INTERRUPTED = "its preparation was interrupted"


def prepare_next(around: Surroundings, code: str, log: PhaseLog) -> Seat:
    """Have the next task's sandbox ready; at once where it is, or where there is no next task.

    Raises:
        GraderError: attempt-state, where another process prepares it; else why it could not be made, which
            is written down too.
    """
    with at_work(preparing_folder(around, around.sessions.seat(code)), "prepare"):
        seat = _recovered(around, code, log)
        task = seat.coming
        if task is None or task.state is TaskState.PREPARED:
            return seat
        return _made(around, seat, task, log)


def is_being_prepared(around: Surroundings, seat: Seat) -> bool:
    """Whether a process prepares a sandbox for this seat now."""
    return owner_at_work(preparing_folder(around, seat)) is not None


def preparing_folder(around: Surroundings, seat: Seat) -> Path:
    """Where the lock of whoever prepares for this seat lies."""
    return around.folder_of_session(seat.session) / seat.code


def room_for_another(around: Surroundings, session_id: str, coming: int = 0) -> bool:
    """Whether there is memory for a sandbox of the session, beside those that are just being made."""
    provider = around.provider_named(around.sessions.get(session_id).provider)
    return around.free_mib() - RESERVE_MIB >= provider.sandbox_mib * (1 + coming)


def works(around: Surroundings, attempt_id: str) -> bool:
    """Whether an attempt's sandbox is one that can be worked in."""
    attempt = around.attempts.get(attempt_id)
    if attempt.state is not AttemptState.READY:
        return False
    there = around.provider_named(attempt.provider).remains(
        attempt.id, around.folder_of(attempt.id)
    )
    return bool(there.found) and not there.not_running


def answers(around: Surroundings, attempt_id: str) -> bool:
    """Whether the API server of an attempt's sandbox answers."""
    attempt = around.attempts.get(attempt_id)
    provider = around.provider_named(attempt.provider)
    return provider.answers(attempt.id, around.folder_of(attempt.id))


def _made(around: Surroundings, seat: Seat, task: SeatTask, log: PhaseLog) -> Seat:
    session = around.sessions.get(seat.session)
    # The seat knows the attempt before there is anything of it: no sandbox is ever without its seat.
    attempt = new_attempt_id(around.attempts.exists)
    take(around, seat.code, lambda s: prepare(s, attempt, around.clock()))
    order = Order(
        scenario=task.scenario,
        candidate=seat.candidate,
        provider=session.provider,
        language=seat.language,
        seed=task.seed,
        scenarios=Path(session.scenarios_folder) if session.scenarios_folder else None,
        attempt=attempt,
    )
    try:
        start(around, order, log)
    except BaseException as error:
        why = str(error) if isinstance(error, GraderError) else INTERRUPTED
        _given_up(around, seat.code, attempt, why)
        raise
    try:
        return take(around, seat.code, lambda s: prepared(s, attempt, around.clock()))
    except GraderError:
        # The examiner ended the exam meanwhile: nobody will need it.
        stop(around, attempt, log)
        raise


def _given_up(around: Surroundings, code: str, attempt: str, why: str) -> None:
    try:
        take(around, code, lambda s: unprepared(s, attempt, why, around.clock()), why)
    except GraderError as error:
        # Ended meanwhile, so there is nothing to prepare: what is raised is why it failed.
        around.say(str(error))


def _recovered(around: Surroundings, code: str, log: PhaseLog) -> Seat:
    """The seat without what a process left that died while it prepared."""
    seat = around.sessions.seat(code)
    task = seat.coming
    if task is None or task.state is TaskState.PENDING:
        return seat
    there = around.attempts.exists(task.attempt)
    attempt = task.attempt
    if there and works(around, attempt):
        if task.state is TaskState.PREPARED:
            return seat
        return take(around, code, lambda s: prepared(s, attempt, around.clock()))
    if there:
        stop(around, attempt, log)
    why = INTERRUPTED if task.state is TaskState.PREPARING else "its sandbox is gone"
    return take(around, code, lambda s: unprepared(s, attempt, why, around.clock()), why)
