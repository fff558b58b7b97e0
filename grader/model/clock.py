"""How much of a time was used, whatever becomes of the process, the machine and its clock meanwhile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Moment:
    """A moment by both of a machine's clocks.

    Attributes:
        boot: Names the machine's run since it was last started.
        steady_s: Seconds since then, suspends included; nobody can set this clock.
        wall_s: Seconds since 1970, by the clock that can be set.
    """

    boot: str
    steady_s: float
    wall_s: float


@dataclass(frozen=True)
class Stopwatch:
    """A time that runs, or stands.

    Attributes:
        used_s: Seconds used up to `at`.
        at: When that was written down; None while it stands.
    """

    used_s: float = 0.0
    at: Moment | None = None

    def used(self, now: Moment) -> float:
        """Seconds used up to now.

        Within one run of the machine the steady clock counts, so setting the clock changes nothing
        and a suspend counts. After the machine was started anew only the wall clock knows how long
        it was off; a clock that went backwards takes nothing away.
        """
        if self.at is None:
            return self.used_s
        same = self.at.boot == now.boot and now.steady_s >= self.at.steady_s
        since = now.steady_s - self.at.steady_s if same else now.wall_s - self.at.wall_s
        return self.used_s + max(since, 0.0)

    def written_down(self, now: Moment) -> Stopwatch:
        """The same time with all that was used up to now written down."""
        return Stopwatch(self.used(now), now if self.at else None)

    def started(self, now: Moment) -> Stopwatch:
        """It runs from now on."""
        return Stopwatch(self.used(now), now)

    def stopped(self, now: Moment) -> Stopwatch:
        """It stands from now on."""
        return Stopwatch(self.used(now))
