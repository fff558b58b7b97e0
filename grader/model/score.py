"""The arithmetic of points, in whole numbers and fractions only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from grader.model.verdict import CheckResult, Verdict


@dataclass(frozen=True)
class Score:
    """Points of a submission; `earned + lost + undecided == possible`.

    Attributes:
        earned: From checks that passed, and from the passed parts of those that failed.
        lost: From what failed, and from guards that had too little to guard.
        undecided: From checks that ended in error, and from guards of what is in error: neither earned nor lost.
        possible: Of all checks.
    """

    earned: int
    lost: int
    undecided: int
    possible: int

    @property
    def percent(self) -> Fraction:
        """What was earned of what is possible, 0 to 100, exact."""
        return Fraction(100 * self.earned, self.possible) if self.possible else Fraction(0)

    def reaches(self, pass_percent: int) -> bool:
        """Whether the pass mark is reached."""
        return self.possible > 0 and 100 * self.earned >= pass_percent * self.possible


def earned_points(results: Sequence[CheckResult]) -> Mapping[str, int]:
    """Points that each check earned, by its id.

    A guard holds from the start: that nothing else was broken is worth as much as the work beside which it was not.
    Its points count in proportion to those of the objective checks, rounded down. An untouched sandbox therefore
    scores zero, and who does everything loses nothing.
    """
    objectives = [result for result in results if not result.guard]
    done = sum(_own_points(result) for result in objectives)
    whole = sum(result.points for result in objectives)
    return {
        result.id: _own_points(result) * done // (whole or 1)
        if result.guard
        else _own_points(result)
        for result in results
    }


def earned_by_parts(result: CheckResult, earned: int) -> Mapping[str, int]:
    """Points that each part of a check earned, by its id; they add up to `earned`.

    Args:
        result: The check.
        earned: What it earned among the others: of a guard it may be less than what its parts are worth.
    """
    worth = [p.points if p.verdict is Verdict.PASSED else 0 for p in result.parts]
    most = sum(worth) or 1
    upto = [earned * points // most for points in accumulate(worth, initial=0)]
    return {p.id: upto[n + 1] - upto[n] for n, p in enumerate(result.parts)}


def _own_points(result: CheckResult) -> int:
    """All points of a check that passed; of one that failed, those of its parts that passed."""
    if result.verdict is Verdict.PASSED:
        return result.points
    if result.verdict is Verdict.FAILED:
        return sum(part.points for part in result.parts if part.verdict is Verdict.PASSED)
    return 0


def score(results: Sequence[CheckResult]) -> Score:
    """Add up the points of a submission's checks."""
    possible = sum(r.points for r in results)
    earned = sum(earned_points(results).values())
    # What is in error may have been right.
    best = [
        replace(r, verdict=Verdict.PASSED) if r.verdict is Verdict.ERROR else r for r in results
    ]
    most = sum(earned_points(best).values())
    return Score(earned, possible - most, most - earned, possible)


def verdict_of(results: Sequence[CheckResult], pass_percent: int) -> Verdict:
    """The verdict of the whole: any error, or nothing that ran, is an error of ours."""
    if not results or any(r.verdict is Verdict.ERROR for r in results):
        return Verdict.ERROR
    return Verdict.PASSED if score(results).reaches(pass_percent) else Verdict.FAILED
