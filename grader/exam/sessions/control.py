"""What the examiner does with a running exam: pause, let it go on, give time, end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.attempts.stop import stop
from grader.exam.identity import now
from grader.exam.sessions.hand_in import close_due, judge
from grader.exam.sessions.paper import close_paper
from grader.exam.sessions.prepare import works
from grader.exam.sessions.step import looked_at, take
from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.model.session import CLOSED, ClosedBy, Seat, SeatState, TaskState
from grader.model.session_steps import anew, close, extend, finish, go_on, pause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exam.surroundings import Surroundings
    from grader.model.phase import PhaseLog


PATIENCE_S = 900.0
"""How long the end of an exam waits for a process that judges or clears: on a busy machine either takes minutes."""


def seats_named(around: Surroundings, name: str | None) -> Sequence[Seat]:
    """The seats of a session's id, or the one of a code; for None those of the only session not finished.

    Raises:
        GraderError: session-unknown, with the sessions that there are.
    """
    sessions = [] if around.untouched else around.sessions.all()
    if name is not None:
        if any(session.id == name for session in sessions):
            return around.sessions.seats(name)
        seat = around.sessions.find_seat(name) if sessions else None
        if seat:
            return [seat]
        raise GraderError(
            Code.SESSION_UNKNOWN,
            f"there is no session, and no exam's code, {name!r}",
            hint="grader exam list shows those there are",
        )
    all_seats = [around.sessions.seats(session.id) for session in sessions]
    open_ = [seats for seats in all_seats if any(s.state is not SeatState.FINISHED for s in seats)]
    if len(open_) == 1:
        return open_[0]
    raise GraderError(
        Code.SESSION_UNKNOWN,
        "there are several sessions; say which" if open_ else "there is no session now",
        hint="grader exam list" if open_ else "grader exam start EXAM --candidate NAME",
    )


def pause_seat(around: Surroundings, code: str, reason: str, log: PhaseLog) -> Seat:
    """All clocks of a candidate stand. Raises GraderError session-state."""
    close_due(around, code, log)
    note = f"paused: {reason}" if reason else "paused"
    return take(around, code, lambda s: pause(s, around.clock()), note)


def resume_seat(around: Surroundings, code: str, log: PhaseLog) -> Seat:
    """Let a candidate go on after a pause or a fault.

    A task whose sandbox is lost is done anew: in another sandbox, with all of its time.

    Raises:
        GraderError: session-state.
    """
    seat = looked_at(around, code)
    task = seat.current
    lost = (
        seat.state is SeatState.HALTED
        and task is not None
        and task.state is TaskState.WORKING
        and not works(around, task.attempt)
    )
    if not lost or task is None:
        seat = take(around, code, lambda s: go_on(s, around.clock()), _credit(around, seat))
        around.keep(seat.session)
        return seat
    note = f"the sandbox of task {task.place} ({task.attempt}) is lost: it is done anew"
    seat = take(around, code, lambda s: anew(s, around.clock()), note)
    stop(around, task.attempt, log)
    around.keep(seat.session)
    return seat


def _credit(around: Surroundings, seat: Seat) -> str:
    if seat.state is not SeatState.HALTED:
        return "goes on"
    return f"goes on; stood still by our fault, {seat.credit.used(around.clock()):.0f} s in all"


def extend_seat(
    around: Surroundings, code: str, minutes: int, reason: str, *, every_task: bool = False
) -> Seat:
    """Give a candidate more time. Raises GraderError session-state."""
    looked_at(around, code)
    which = "for every task not closed" if every_task else "for one task"
    note = f"{minutes} min more {which}" + (f": {reason}" if reason else "")

    def step(seat: Seat) -> Seat:
        return extend(seat, minutes * 60, around.clock(), every_task=every_task)

    return take(around, code, step, note)


def finish_seat(around: Surroundings, code: str, log: PhaseLog) -> Seat:
    """End a candidate's exam: what is at hand is judged as it is, what was not begun counts as not done.

    However often it is killed, the next one goes on from there. Processes that are at work for it are waited for.

    Raises:
        GraderError: why something could not be judged or removed.
    """
    seat = looked_at(around, code)
    if seat.state is SeatState.FINISHED:
        return seat
    if seat.state is not SeatState.OVER:
        note = "ended by the examiner"
        seat = take(
            around, code, lambda s: close(s, ClosedBy.EXAMINER, around.clock(), now()), note
        )
    try:
        judge(around, code, log, patience_s=PATIENCE_S)
    except GraderError as error:
        # Lost by our fault: it has no verdict, so its result needs a person's decision.
        if error.code is not Code.SANDBOX_GONE:
            raise
        around.say(str(error))
    end_sandboxes(around, around.sessions.seat(code), log)
    close_paper(around, around.sessions.seat(code))
    return take(around, code, lambda s: _finished(s, around))


def _finished(seat: Seat, around: Surroundings) -> Seat:
    # Another command may have finished it in the meantime.
    return seat if seat.state is SeatState.FINISHED else finish(seat, around.clock())


def end_sandboxes(around: Surroundings, seat: Seat, log: PhaseLog) -> None:
    """Stop the sandboxes of tasks that nobody works on any more."""
    for attempt in finished_sandboxes(around, seat):
        stop(around, attempt, log, patience_s=PATIENCE_S)


def finished_sandboxes(around: Surroundings, seat: Seat) -> Sequence[str]:
    """The attempts, not stopped yet, of a seat's judged or skipped tasks."""
    return [
        task.attempt
        for task in seat.tasks
        if task.state in CLOSED
        and task.attempt
        and around.attempts.exists(task.attempt)
        and around.attempts.get(task.attempt).state is not AttemptState.STOPPED
    ]
