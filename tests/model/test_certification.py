"""Theory and practice added up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.model.certification import Decision, Marks, Outcome, Task, whole, with_decisions
from grader.model.text import Bilingual
from grader.model.verdict import CheckResult, Verdict

NAME = Bilingual("", "")


def check(name: str, points: int, verdict: Verdict, *, guard: bool = False) -> CheckResult:
    """A check's outcome."""
    return CheckResult(name, NAME, points, guard=guard, verdict=verdict)


def task(*checks: CheckResult, weight: int = 1) -> Task:
    """A judged task."""
    return Task("a", "s", NAME, weight, checks)


GOOD = task(check("a", 8, Verdict.PASSED), check("b", 2, Verdict.FAILED))
BROKEN = task(check("a", 8, Verdict.PASSED), check("b", 2, Verdict.ERROR))
BAD = task(check("a", 10, Verdict.FAILED))


@pytest.mark.parametrize(
    ("theory", "tasks", "outcome"),
    [
        (Fraction(70), [GOOD], Outcome.PASSED),
        (Fraction(6999, 100), [GOOD], Outcome.FAILED),
        (Fraction(100), [GOOD, BAD], Outcome.FAILED),
        (Fraction(100), [], Outcome.FAILED),
        (Fraction(100), [BROKEN], Outcome.NEEDS_REVIEW),
        (Fraction(0), [BROKEN, BAD], Outcome.NEEDS_REVIEW),
        (Fraction(100), [GOOD, task()], Outcome.NEEDS_REVIEW),
    ],
)
def test_outcome(theory: Fraction, tasks: list[Task], outcome: Outcome) -> None:
    """Both pass marks are needed, to the last fraction; a fault of ours is never a fail."""
    assert whole(theory, tasks).outcome is outcome


def test_weights() -> None:
    """Tasks count by their weights, and the two parts by theirs."""
    result = whole(Fraction(50), [replace(GOOD, weight=3), BAD], Marks(25, 75))
    assert result.practical == 60
    assert result.total == Fraction(115, 2)


def _decided(points: int, check_id: str = "b") -> Task:
    return replace(BROKEN, decisions=(Decision(check_id, points, "seen", "examiner", "now"),))


@pytest.mark.parametrize(("points", "earned"), [(0, 8), (1, 9), (2, 10)])
def test_decided(points: int, earned: int) -> None:
    """A decided point counts as it was decided, and nothing is open then."""
    decided = _decided(points)
    assert (decided.score.earned, decided.open) == (earned, False)
    assert decided.checks == BROKEN.checks


def test_only_errors_are_decided() -> None:
    """A check that was judged keeps its verdict, whatever is decided about it."""
    assert _decided(0, "a").decided == BROKEN.checks


def test_last_decision_counts() -> None:
    """Of several decisions about a check the last one counts."""
    decisions = (Decision("b", 0, "", "", ""), Decision("b", 2, "", "", ""))
    assert replace(BROKEN, decisions=decisions).score.earned == 10


def test_guards_wait_for_what_was_decided() -> None:
    """A guard's points count once the objective check beside it was decided to have earned some."""
    checks = (check("a", 8, Verdict.ERROR), check("g", 2, Verdict.PASSED, guard=True))
    broken = task(*checks)
    assert broken.score.earned == 0
    assert replace(broken, decisions=(Decision("a", 8, "", "", ""),)).score.earned == 10


def test_more_than_there_is() -> None:
    """More points than the check has can't be decided."""
    with pytest.raises(ValueError, match="0 to 2 points"):
        with_decisions(BROKEN.checks, [Decision("b", 3, "", "", "")])
