"""Warns a candidate, on the terminal that the shell is open on, before the time of the task is over."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.cli.shown.session_words import say
from grader.cli.shown.theory_words import minutes_text
from grader.model.errors import GraderError
from grader.model.session import SeatState, TaskState
from grader.model.session_clock import warning

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.exam.surroundings import Surroundings
    from grader.model.session import Seat

LOOK_S = 2.0


@contextmanager
def warned(around: Surroundings, seat: Seat | None) -> Iterator[None]:
    """While the block runs, tell the candidate what happens to the clock; outside a session, nothing."""
    if seat is None:
        yield
        return
    ended = threading.Event()
    watch = ClockWatch(around, seat, _on_terminal)
    thread = threading.Thread(target=watch.run, args=(ended,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@dataclass
class ClockWatch:
    """Looks at a seat's clock again and again, and tells what changed.

    Args:
        around: Where the seat is.
        seat: As it was looked at last.
        tell: Told each sentence.
    """

    around: Surroundings
    seat: Seat
    tell: Callable[[str], None]

    def __post_init__(self) -> None:
        self._left_s = self.seat.task_left_s(self.around.clock())

    def run(self, ended: threading.Event) -> None:
        """Look until the shell is left."""
        while not ended.wait(LOOK_S):
            try:
                if not self.look():
                    return
            except GraderError:
                # The database is busy or away: the next look may see it.
                continue

    def look(self) -> bool:
        """One look; False once there is nothing to warn of any more."""
        seat, before = self.around.sessions.seat(self.seat.code), self.seat
        left, left_before = seat.task_left_s(self.around.clock()), self._left_s
        self.seat, self._left_s = seat, left
        task, task_before = seat.current, before.current
        if not task or not task_before or task.place != task_before.place:
            return False
        if task.state is TaskState.JUDGING or (seat.state is SeatState.WORKING and left <= 0):
            self._say("time_over")
            return False
        if seat.state is not before.state:
            works = seat.state is SeatState.WORKING
            self._say("clock_goes" if works else seat.state.value, task=minutes_text(left))
        elif task.extra_s != task_before.extra_s:
            self._say("more_time", task=minutes_text(left))
        elif mark := warning(left_before, left):
            self._say("warning", minutes=mark // 60)
        return True

    def _say(self, key: str, **parts: str | int) -> None:
        self.tell(say(key, self.seat.language, **parts))


def _on_terminal(sentence: str) -> None:
    # The shell has the terminal in a mode of its own: only a carriage return goes to the line's beginning.
    sys.stderr.write(f"\r\n⏱  {sentence}\a\r\n")
    sys.stderr.flush()
