"""A seat to take steps with, and the hands of a clock."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.model.clock import Moment
from grader.model.session import Seat, SeatState, SeatTask
from grader.model.text import Language

NAMES = ("deploy-service", "backup")


def seat(*minutes: int, code: str = "c7k2p9", session: str = "s7k2p9") -> Seat:
    """A seat with a task for each number of minutes; two of ten minutes where none is named."""
    return Seat(
        code=code,
        session=session,
        candidate="Zoé Lefèvre",
        language=Language.FRENCH,
        seed=7,
        state=SeatState.WAITING,
        tasks=tuple(
            SeatTask(place, NAMES[(place - 1) % len(NAMES)], limit * 60, 1, 7)
            for place, limit in enumerate(minutes or (10, 10), start=1)
        ),
    )


@dataclass
class Hands:
    """Both of a machine's clocks, moved by hand."""

    boot: str = "boot"
    steady_s: float = 1000.0
    wall_s: float = 5000.0
    _boots: int = field(default=0)

    def __call__(self) -> Moment:
        """The moment."""
        return Moment(self.boot, self.steady_s, self.wall_s)

    def on(self, seconds: float) -> Moment:
        """Let so many seconds go by."""
        self.steady_s += seconds
        self.wall_s += seconds
        return self()

    def set_wall(self, seconds: float) -> Moment:
        """Set the clock on, or back."""
        self.wall_s += seconds
        return self()

    def reboot(self, off_s: float) -> Moment:
        """Switch the machine off, and on again after some seconds."""
        self._boots += 1
        self.boot, self.steady_s = f"boot {self._boots}", 5.0
        self.wall_s += off_s
        return self()
