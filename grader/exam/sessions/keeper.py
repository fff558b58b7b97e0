"""Keeps a session's time: closes what is over, judges it, and prepares what comes next, without being asked.

One process a session, which whoever has to do with the session starts where it does not run. It can be killed at any
moment: all that it knows is in the database, and each work that it has done is a process of its own with a lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from grader.exam.sessions.control import finished_sandboxes
from grader.exam.sessions.prepare import answers, is_being_prepared, room_for_another, works
from grader.exam.sessions.step import REBOOTED, take
from grader.model.errors import GraderError
from grader.model.session import Seat, SeatState, TaskState
from grader.model.session_clock import Due, due
from grader.model.session_steps import go_on, halt, tick

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.clock import Moment

CLEAR = "clear"
"""The job of stopping sandboxes that nobody works in any more; the others are named by what is due."""

WRITE_DOWN_S = 15.0
"""How often the time is written down: what a machine that loses power may cost at most."""
LOOK_S = 10.0
"""How often it is looked whether sandboxes can be worked in."""
RETRY_S = 15.0
"""How long a job that failed is left alone before it is tried again."""
PREPARE_AT_ONCE = max((os.cpu_count() or 1) // 2, 1)
"""Starting a cluster takes the processors: more at once come no sooner, and may come too late."""


class Job(Protocol):
    """A process at work."""

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""


@dataclass
class Keeper:
    """Looks after one session.

    Args:
        around: Where it is.
        session: The session's id.
        start_job: Starts a process for a job ("prepare", "close", "judge", "clear") and a seat's code.
    """

    around: Surroundings
    session: str
    start_job: Callable[[str, str], Job]
    _jobs: dict[tuple[str, str], Job] = field(default_factory=dict)
    _started_s: dict[tuple[str, str], float] = field(default_factory=dict)
    _written_s: dict[str, float] = field(default_factory=dict)
    _seen: dict[str, Moment] = field(default_factory=dict)
    _looked_s: dict[str, float] = field(default_factory=dict)
    _silent: set[str] = field(default_factory=set)

    def look(self) -> bool:
        """One look at every seat; whether there is still something to look after."""
        seats = self.around.sessions.seats(self.session)
        for seat in seats:
            self._tend(seat)
        return any(seat.state is not SeatState.FINISHED for seat in seats)

    def _tend(self, seat: Seat) -> None:
        if seat.state is SeatState.FINISHED:
            return
        seat = self._written_down(seat)
        seat = self._watched(seat)
        asked = due(seat, self.around.clock())
        if seat.coming and seat.coming.state is TaskState.PREPARING:
            # By a process at work, or by one that died: then somebody else has to go on.
            asked |= {Due.PREPARE}
        for what in sorted(asked):
            if what is Due.PREPARE and not self._may_prepare(seat):
                continue
            self._start(what.value, seat.code)
        if finished_sandboxes(self.around, seat):
            self._start(CLEAR, seat.code)

    def _written_down(self, seat: Seat) -> Seat:
        moment = self.around.clock()
        last = self._written_s.get(seat.code)
        if last is not None and moment.steady_s - last < WRITE_DOWN_S:
            return seat
        self._written_s[seat.code] = moment.steady_s
        rebooted = seat.watch.at is not None and seat.watch.at.boot != moment.boot
        return take(
            self.around,
            seat.code,
            lambda s: tick(s, self.around.clock()),
            REBOOTED if rebooted else "",
        )

    def _watched(self, seat: Seat) -> Seat:
        """Halt a candidate whose sandbox does not work, since it was last seen to; let go on where it does again."""
        task = seat.current
        moment = self.around.clock()
        if task is None or task.state is not TaskState.WORKING:
            return seat
        if moment.steady_s - self._looked_s.get(seat.code, float("-inf")) < LOOK_S:
            return seat
        self._looked_s[seat.code] = moment.steady_s
        fine = self._is_fine(task.attempt)
        if fine is None:
            return seat
        if fine and seat.state is SeatState.WORKING:
            self._seen[task.attempt] = moment
        elif fine:
            self._seen.pop(task.attempt, None)
        try:
            if not fine and seat.state is SeatState.WORKING:
                return self._halted(seat, task.attempt, moment)
            if fine and seat.state is SeatState.HALTED:
                note = "the sandbox works again"
                return take(self.around, seat.code, lambda s: go_on(s, self.around.clock()), note)
        except GraderError as error:
            # Somebody else changed it in this moment.
            self.around.say(str(error))
        return seat

    def _is_fine(self, attempt: str) -> bool | None:
        """Whether a sandbox can be worked in; None where that can't be told yet."""
        try:
            there = works(self.around, attempt)
            if not there or answers(self.around, attempt):
                self._silent.discard(attempt)
                return there
        except GraderError as error:
            # Who can't see does not say that it is broken.
            self.around.say(str(error))
            return None
        if attempt in self._silent:
            return False
        # A machine that is busy for a moment is no fault yet; a halt goes back to when it last answered.
        self._silent.add(attempt)
        return None

    def _halted(self, seat: Seat, attempt: str, moment: Moment) -> Seat:
        def step(now: Seat) -> Seat:
            task = now.current
            same = task is not None and task.attempt == attempt and task.state is TaskState.WORKING
            if not same or now.state is not SeatState.WORKING:
                return now
            # As of when it was last seen to work, or, by one who has just come, as of now.
            return halt(now, self._seen.get(attempt, moment), moment)

        note = f"the sandbox {attempt} does not work; the clock stands"
        return take(self.around, seat.code, step, note)

    def _may_prepare(self, seat: Seat) -> bool:
        running = [job for (what, _), job in self._jobs.items() if what == Due.PREPARE.value]
        count = sum(job.poll() is None for job in running)
        return (
            count < PREPARE_AT_ONCE
            and not is_being_prepared(self.around, seat)
            and room_for_another(self.around, self.session, count)
        )

    def _start(self, what: str, code: str) -> None:
        job = self._jobs.get((what, code))
        ended = job.poll() if job else 0
        moment_s = self.around.clock().steady_s
        if ended is None or (ended and moment_s - self._started_s[what, code] < RETRY_S):
            return
        self._started_s[what, code] = moment_s
        self._jobs[what, code] = self.start_job(what, code)
