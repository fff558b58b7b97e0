"""What a benchmark measured, in the one form that all of them print."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Measured:
    """One benchmark: medians, in seconds.

    Attributes:
        name: The benchmark's name.
        ours_s: Ours.
        theirs_s: The plain way of doing the same, in the same run on the same machine.
        ratio: Ours as a part of theirs; of several pairs, the median.
        phases: Ours and theirs by what they were spent on.
        compared_with: What theirs is.
        runs: How often ours was measured.
        limit_s: What ours may take at most, where that was promised; else None.
    """

    name: str
    ours_s: float
    theirs_s: float
    ratio: float
    phases: Mapping[str, Mapping[str, float]]
    compared_with: str
    runs: int
    limit_s: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The result as one JSON object; without a limit where none was promised."""
        document = asdict(self)
        if self.limit_s is None:
            del document["limit_s"]
        return document

    def lines(self) -> tuple[str, ...]:
        """The lines that a person reads."""
        limit = "" if self.limit_s is None else f"  (at most {self.limit_s:.1f} s)"
        faster = f"{1 / self.ratio:.1f} times as fast" if self.ratio else ""
        return (
            f"ours   {self.ours_s:.2f} s{limit}",
            f"theirs {self.theirs_s:.2f} s  ({self.compared_with})",
            f"ratio  {self.ratio:.3f}  {faster}",
        )


def median(values: Sequence[float]) -> float:
    """The median, in seconds to the millisecond."""
    return round(statistics.median(values), 3)


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of each phase over several runs; a phase that a run did not have took no time in it."""
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: median([run.get(name, 0.0) for run in runs]) for name in names}
