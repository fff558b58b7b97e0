"""What a proof claims of a scenario, and what became of each claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from grader.model.text import Bilingual
from grader.model.verdict import Verdict

MUTATION_PERCENT = 95
"""Of a scenario's mutants, so many must lose points."""


class Group(StrEnum):
    """The kinds of claims, in the order in which they are shown."""

    UNTOUCHED = "untouched"
    RIGHT = "right"
    DRAWS = "draws"
    WRONG = "wrong"
    REWRITES = "rewrites"
    MUTANTS = "mutants"
    TEARDOWN = "teardown"


class Ground(StrEnum):
    """What a claim was judged on."""

    CLUSTER = "cluster"
    RECORD = "record"


@dataclass(frozen=True)
class Claim:
    """One thing that was to be shown.

    Attributes:
        group: Which kind of claim.
        name: The answer's, rewrite's or mutant's name.
        verdict: passed where it is so, failed where it is not, error where it could not be told.
        reasons: Why it is not so, or could not be told, a sentence each.
        ground: What it was judged on.
        failed: Ids of the checks that failed, in the scenario's order.
        points: What was earned; None where nothing was judged.
        seconds: How long things took: "ready" from the start to the candidate's turn, "verdict" from
            submitting to the verdict.
        cached: Whether it was shown in an earlier run, on the same content.
    """

    group: Group
    name: str
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    ground: Ground = Ground.CLUSTER
    failed: tuple[str, ...] = ()
    points: int | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    cached: bool = False


@dataclass(frozen=True)
class Excepted:
    """A mutant or rewrite that the scenario's author declared to prove nothing, and why."""

    group: Group
    name: str
    reason: str


@dataclass(frozen=True)
class ProvenCheck:
    """A check, and what made it fail.

    Attributes:
        id: Its name.
        title: What is graded.
        points: What it is worth.
        guard: Whether it holds from the start.
        failed_by: Names of the claims in which it failed; a check that nothing makes fail proves nothing.
    """

    id: str
    title: Bilingual
    points: int
    guard: bool
    failed_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScenarioProof:
    """All that was shown of a scenario.

    Attributes:
        scenario: Its id.
        title: What people call it.
        claims: In the order of the groups.
        excepted: What was left out, as the author declared.
        checks: Its checks, in the order of its files.
        goals: What its statement asks for, one line each.
        warnings: What does not make the proof fail and should be looked at.
        refused: Why it can't be proved with this provider; "" where it can.
    """

    scenario: str
    title: Bilingual
    claims: tuple[Claim, ...]
    excepted: tuple[Excepted, ...] = ()
    checks: tuple[ProvenCheck, ...] = ()
    goals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: str = ""

    def of(self, group: Group) -> tuple[Claim, ...]:
        """The claims of one group."""
        return tuple(claim for claim in self.claims if claim.group is group)

    def verdict_of(self, group: Group) -> Verdict | None:
        """What a group of claims came to; None where there is none of it."""
        claims = self.of(group)
        if not claims:
            return None
        if any(claim.verdict is Verdict.ERROR for claim in claims):
            return Verdict.ERROR
        if group is Group.MUTANTS:
            enough = 100 * self.killed >= MUTATION_PERCENT * (self.killed + self.survived)
            return Verdict.PASSED if enough else Verdict.FAILED
        failed = any(claim.verdict is Verdict.FAILED for claim in claims)
        return Verdict.FAILED if failed else Verdict.PASSED

    @property
    def killed(self) -> int:
        """Mutants that lost points."""
        return sum(claim.verdict is Verdict.PASSED for claim in self.of(Group.MUTANTS))

    @property
    def survived(self) -> int:
        """Mutants that kept full points."""
        return sum(claim.verdict is Verdict.FAILED for claim in self.of(Group.MUTANTS))

    @property
    def verdict(self) -> Verdict:
        """What the whole came to."""
        return worst([v for group in Group if (v := self.verdict_of(group)) is not None])

    def seconds(self, phase: str) -> float | None:
        """The median of a phase over the claims that were judged on a cluster; None where there is none."""
        times = sorted(claim.seconds[phase] for claim in self.claims if phase in claim.seconds)
        return times[len(times) // 2] if times else None


@dataclass(frozen=True)
class Proof:
    """The proofs of several scenarios.

    Attributes:
        scenarios: One each.
        provider: What ran the sandboxes.
        seconds: How long all of it took.
        made_by: The grader's version and digest.
        quick: Whether only a part of the claims was made.
    """

    scenarios: tuple[ScenarioProof, ...]
    provider: str
    seconds: float
    made_by: Mapping[str, str] = field(default_factory=dict)
    quick: bool = False

    @property
    def verdict(self) -> Verdict:
        """What the whole came to; nothing proved is an error."""
        return worst([proof.verdict for proof in self.scenarios])

    @property
    def killed(self) -> int:
        """Mutants of all scenarios that lost points."""
        return sum(proof.killed for proof in self.scenarios)

    @property
    def survived(self) -> int:
        """Mutants of all scenarios that kept full points."""
        return sum(proof.survived for proof in self.scenarios)


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Error before failed before passed; of nothing, error."""
    for verdict in (Verdict.ERROR, Verdict.FAILED):
        if verdict in verdicts:
            return verdict
    return Verdict.PASSED if verdicts else Verdict.ERROR


def mutation_percent(killed: int, survived: int) -> Fraction | None:
    """Mutants that lost points, of all, exact; None where there is no mutant."""
    return Fraction(100 * killed, killed + survived) if killed + survived else None
