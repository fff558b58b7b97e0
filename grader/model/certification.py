"""What a whole exam came to: theory and practical by their weights, both pass marks, exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from grader.model.score import Score, score
from grader.model.text import Bilingual
from grader.model.verdict import CheckResult, PartResult, Verdict


class Outcome(StrEnum):
    """`needs-review` where a fault of ours left points open that nobody has decided: never a fail."""

    PASSED = "passed"
    FAILED = "failed"
    NEEDS_REVIEW = "needs-review"


@dataclass(frozen=True)
class Decision:
    """What an examiner decided about a check that ended in an error of ours.

    Attributes:
        check: The check's id.
        points: What it earns, of the check's points.
        reason: Why.
        who: The examiner.
        at: RFC 3339, UTC.
    """

    check: str
    points: int
    reason: str
    who: str
    at: str


@dataclass(frozen=True)
class Marks:
    """The weights and pass marks of an exam, in percent.

    Attributes:
        theory_weight: The theory paper's share of the whole.
        practical_weight: The practical part's.
        theory_pass: What must be reached in the theory paper.
        practical_pass: What must be reached in the practical part.
    """

    theory_weight: int = 50
    practical_weight: int = 50
    theory_pass: int = 70
    practical_pass: int = 80


GUIDE = Marks()
"""Those of the guide's certification."""


@dataclass(frozen=True)
class Task:
    """One practical task, judged.

    Attributes:
        attempt: The attempt's id.
        scenario: The scenario's id.
        title: Its title.
        weight: Its share beside the other tasks' weights.
        checks: As they were judged; no later decision is in them.
        decisions: What was decided since about those that ended in an error; of several about a
            check the last counts.
        evidence_digest: The recorded observation, "sha256:…"; "" where there is none.
        grader: The version that judged.
        used_s: Seconds from the sandbox being ready to the submission; None where not known.
        skipped: Whether it was never begun, which earns nothing; there is nothing to decide about it.
    """

    attempt: str
    scenario: str
    title: Bilingual
    weight: int
    checks: tuple[CheckResult, ...]
    decisions: tuple[Decision, ...] = ()
    evidence_digest: str = ""
    grader: str = ""
    used_s: int | None = None
    skipped: bool = False

    @property
    def decided(self) -> tuple[CheckResult, ...]:
        """The checks as they count, with what was decided."""
        return with_decisions(self.checks, self.decisions)

    @property
    def score(self) -> Score:
        """The points as they count."""
        return score(self.decided)

    @property
    def open(self) -> bool:
        """Whether a fault of ours is still undecided, or nothing was judged at all."""
        judged = bool(self.checks) and all(c.verdict is not Verdict.ERROR for c in self.decided)
        return not (judged or self.skipped)


@dataclass(frozen=True)
class Whole:
    """What an exam came to.

    Attributes:
        theory: Percent of the theory paper.
        practical: Percent of the practical part, its tasks by their weights.
        total: Percent of the whole.
        outcome: passed, failed or needs-review.
    """

    theory: Fraction
    practical: Fraction
    total: Fraction
    outcome: Outcome


def whole(theory: Fraction, tasks: Sequence[Task], marks: Marks = GUIDE) -> Whole:
    """Add theory and practical up.

    An open point makes it `needs-review`, even where it could not turn the result: who failed for
    another reason is told so by a person.

    Args:
        theory: Percent of the theory paper, 0 to 100.
        tasks: The practical part; none: it counts nothing.
        marks: Weights and pass marks.
    """
    weights = sum(task.weight for task in tasks)
    practical = sum((task.weight * task.score.percent for task in tasks), Fraction(0))
    practical = practical / weights if weights else Fraction(0)
    total = (marks.theory_weight * theory + marks.practical_weight * practical) / (
        marks.theory_weight + marks.practical_weight
    )
    if any(task.open for task in tasks):
        outcome = Outcome.NEEDS_REVIEW
    elif theory >= marks.theory_pass and practical >= marks.practical_pass:
        outcome = Outcome.PASSED
    else:
        outcome = Outcome.FAILED
    return Whole(theory, practical, total, outcome)


def with_decisions(
    checks: Sequence[CheckResult], decisions: Sequence[Decision]
) -> tuple[CheckResult, ...]:
    """The checks with the errors among them as they were decided; the others stay what they are.

    Raises:
        ValueError: More points than the check has, or fewer than none.
    """
    last: Mapping[str, Decision] = {decision.check: decision for decision in decisions}
    return tuple(
        _decided(check, last[check.id])
        if check.verdict is Verdict.ERROR and check.id in last
        else check
        for check in checks
    )


def _decided(check: CheckResult, decision: Decision) -> CheckResult:
    if not 0 <= decision.points <= check.points:
        raise ValueError(f"{check.id} is worth 0 to {check.points} points, not {decision.points}")
    if decision.points == check.points:
        return replace(check, verdict=Verdict.PASSED, parts=(), cause="")
    # A failed check earns the points of the parts that passed: here one, worth what was decided.
    said = Bilingual(decision.reason, decision.reason)
    part = PartResult("decided", said, decision.points, Verdict.PASSED)
    return replace(
        check, verdict=Verdict.FAILED, parts=(part,) if decision.points else (), cause=""
    )
