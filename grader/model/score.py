"""The arithmetic of points, in whole numbers and fractions only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.model.verdict import CheckResult, Verdict


@dataclass(frozen=True)
class Score:
    """Points of a submission; `earned + lost + undecided == possible`.

    Attributes:
        earned: From checks that passed, and from the passed parts of those that failed.
        lost: From what failed, and from guards that had nothing to guard.
        undecided: From checks that ended in error: neither earned nor lost.
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

    A guard holds from the start, so its points count only beside work that was done: as long as
    no objective check earns a point, guards earn nothing. An untouched sandbox therefore scores
    zero.
    """
    achieved = any(_own_points(r) for r in results if not r.guard)
    return {r.id: _own_points(r) if achieved or not r.guard else 0 for r in results}


def earned_by_parts(result: CheckResult, earned: int) -> Mapping[str, int]:
    """Points that each part of a check earned, by its id; they add up to `earned`.

    Args:
        result: The check.
        earned: What it earned among the others.
    """
    return {p.id: p.points if earned and p.verdict is Verdict.PASSED else 0 for p in result.parts}


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
    undecided = sum(r.points for r in results if r.verdict is Verdict.ERROR)
    return Score(earned, possible - earned - undecided, undecided, possible)


def verdict_of(results: Sequence[CheckResult], pass_percent: int) -> Verdict:
    """The verdict of the whole: any error, or nothing that ran, is an error of ours."""
    if not results or any(r.verdict is Verdict.ERROR for r in results):
        return Verdict.ERROR
    return Verdict.PASSED if score(results).reaches(pass_percent) else Verdict.FAILED
