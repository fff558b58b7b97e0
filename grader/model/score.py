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
        earned: From checks that passed.
        lost: From checks that failed, and from guards that had nothing to guard.
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
    no objective check passes, guards earn nothing. An untouched sandbox therefore scores zero.
    """
    achieved = any(r.verdict is Verdict.PASSED for r in results if not r.guard)
    return {
        r.id: r.points if r.verdict is Verdict.PASSED and (achieved or not r.guard) else 0
        for r in results
    }


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
