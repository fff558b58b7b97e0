"""What many exams show of the candidates and of the exam itself.

These are statistics for people who look after the exam, in ordinary floats; nobody's result depends on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import StatisticsError, correlation, fmean, median

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
    columns: dict[str, _Column] = defaultdict(_Column)
    for taken in cohort:
        total, others = sum(taken.items.values()), len(taken.items) - 1
        for name, earned in taken.items.items():
            column = columns[name]
            column.earned.append(earned)
            # Without the item itself, which would agree with itself.
            column.rest.append((total - earned) / others if others else 0.0)
        for name, seconds in taken.seconds.items():
            columns[name].seconds.append(seconds)
    found = (_item(name, column) for name, column in columns.items() if column.earned)
    return tuple(sorted(found, key=lambda item: (item.solved, item.name)))


@dataclass
class _Column:
    """What all who had an item earned with it and with the rest of their exam, in the same order; and their times."""

    earned: list[float] = field(default_factory=list)
    rest: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def _item(name: str, column: _Column) -> Item:
    enough = len(column.earned) >= FEWEST
    return Item(
        name=name,
        taken=len(column.earned),
        solved=fmean(column.earned),
        discrimination=discrimination(column.earned, column.rest) if enough else None,
        median_s=median(column.seconds) if column.seconds else None,
    )


def discrimination(earned: Sequence[float], rest: Sequence[float]) -> float | None:
    """Pearson's correlation, -1 to 1; None where one of them does not vary."""
    try:
        return correlation(earned, rest)
    except StatisticsError:
        return None
