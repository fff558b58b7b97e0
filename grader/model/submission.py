"""What judging a piece of work came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.model.audit import AuditExtract
from grader.model.score import Score, earned_points, score, verdict_of
from grader.model.text import Language
from grader.model.verdict import CheckResult, Verdict


@dataclass(frozen=True)
class Round:
    """One look at the sandbox while the judge waits for it to converge.

    Attributes:
        number: 1 for the first.
        seconds: Since judging began.
        results: Every check on this observation; empty where nothing could be observed.
        trouble: Why nothing could be observed; "" where it could.
    """

    number: int
    seconds: float
    results: tuple[CheckResult, ...]
    trouble: str = ""


@dataclass(frozen=True)
class Submission:
    """The outcome of one judging, the last round's results.

    Attributes:
        scenario: The scenario's id.
        seed: What its parameters were drawn from.
        language: What the candidate reads.
        taken_at: When the observation that counts was taken, RFC 3339 in UTC; "" where there is none.
        results: Every declared check, in the scenario's order.
        pass_percent: The pass mark.
        rounds: How many observations were judged.
        seconds: From the first look to the last verdict.
        phases: Seconds spent on each of "observe", "judge", "wait" and "evidence".
        trouble: What went wrong on our side, where nothing could be judged; else "".
        goes: Who has to act on what did not pass: "candidate", "retry" (submit again) or "person";
            "" where all passed.
        evidence: The file to judge again from; None in practice and where nothing was observed.
        audit: Who changed what while the candidate worked; None where nothing was observed.
    """

    scenario: str
    seed: int
    language: Language
    taken_at: str
    results: tuple[CheckResult, ...]
    pass_percent: int
    rounds: int
    seconds: float
    phases: Mapping[str, float] = field(default_factory=dict)
    trouble: str = ""
    goes: str = ""
    evidence: Path | None = None
    audit: AuditExtract | None = None

    @property
    def score(self) -> Score:
        """Points earned, lost, undecided and possible."""
        return score(self.results)

    @property
    def earned(self) -> Mapping[str, int]:
        """Points that each check earned, by its id."""
        return earned_points(self.results)

    @property
    def verdict(self) -> Verdict:
        """passed, failed or error, of the whole."""
        return Verdict.ERROR if self.trouble else verdict_of(self.results, self.pass_percent)

    @property
    def passed(self) -> bool:
        """Whether the pass mark is reached and nothing went wrong on our side."""
        return self.verdict is Verdict.PASSED

    @property
    def evidence_digest(self) -> str:
        """The evidence as "sha256:…"; "" where there is none."""
        return f"sha256:{self.evidence.name.split('.')[0]}" if self.evidence else ""
