"""What many exams show of the candidates and of the exam itself.

These are statistics for people who look after the exam, in ordinary floats; nobody's result depends on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import mean, median

from grader.model.certification import Outcome

BINS = 10
"""Bars of the distribution, ten percent each."""
FEWEST = 5
"""Candidates below which a correlation says nothing."""


@dataclass(frozen=True)
class Taken:
    """One candidate's exam.

    Attributes:
        percent: Of the whole.
        outcome: passed, failed or needs-review.
        items: What each task and each question earned, 0 to 1, by its name.
        seconds: How long each task took, by its name; those that are not known are missing.
    """

    percent: float
    outcome: Outcome
    items: Mapping[str, float]
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """One task or question across the cohort.

    Attributes:
        name: Its id.
        taken: How many had it.
        solved: The mean of what was earned, 0 to 1; low: it is difficult.
        discrimination: Correlation between it and the rest of the exam, -1 to 1: whether those who
            are good elsewhere are good here. None where too few had it, or all earned the same.
        median_s: The middle of the times; None where none is known.
    """

    name: str
    taken: int
    solved: float
    discrimination: float | None
    median_s: float | None


def distribution(cohort: Sequence[Taken]) -> tuple[int, ...]:
    """How many candidates reached 0 to below 10 %, 10 to below 20 %, …, 90 to 100 %."""
    counts = [0] * BINS
    for taken in cohort:
        counts[min(int(taken.percent * BINS / 100), BINS - 1)] += 1
    return tuple(counts)


def items(cohort: Sequence[Taken]) -> tuple[Item, ...]:
    """Every task and question that was set, the most difficult first."""
    names = sorted({name for taken in cohort for name in taken.items})
    found = [_item(name, [t for t in cohort if name in t.items]) for name in names]
    return tuple(sorted(found, key=lambda item: (item.solved, item.name)))


def _item(name: str, having: Sequence[Taken]) -> Item:
    earned = [taken.items[name] for taken in having]
    # Without the item itself, which would agree with itself.
    rest = [mean([v for n, v in t.items.items() if n != name] or [0.0]) for t in having]
    times = [taken.seconds[name] for taken in having if name in taken.seconds]
    return Item(
        name=name,
        taken=len(having),
        solved=mean(earned),
        discrimination=correlation(earned, rest) if len(having) >= FEWEST else None,
        median_s=median(times) if times else None,
    )


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's, -1 to 1; None where one of them does not vary."""
    middle, centre = mean(one), mean(other)
    spread = sum((x - middle) ** 2 for x in one) * sum((y - centre) ** 2 for y in other)
    if spread <= 0:
        return None
    together = sum((x - middle) * (y - centre) for x, y in zip(one, other, strict=True))
    return together / sqrt(spread)
