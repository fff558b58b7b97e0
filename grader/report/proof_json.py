"""A proof as one JSON document, with a schema of its own."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.judging.proof.claims import (
    MUTATION_PERCENT,
    Claim,
    Group,
    Proof,
    ScenarioProof,
    mutation_percent,
)

_GROUPS = Literal["untouched", "right", "draws", "wrong", "rewrites", "mutants", "teardown"]
_VERDICTS = Literal["passed", "failed", "error"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimDocument(_Part):
    """One thing that was to be shown."""

    group: _GROUPS = Field(description="the kind of claim")
    name: str = Field(description="the answer's, rewrite's or mutant's name")
    verdict: _VERDICTS = Field(description="of a mutant: passed is killed, failed is survived")
    reasons: list[str] = Field(description="why it is not so, a sentence each")
    ground: Literal["cluster", "record"] = Field(description="what it was judged on")
    failed_checks: list[str] = Field(description="the checks that failed")
    points: int | None = Field(description="what was earned")
    seconds: dict[str, float] = Field(description="`ready` and `verdict`, as far as they apply")
    cached: bool = Field(description="shown by an earlier run on the same content")


class ExceptedDocument(_Part):
    """A mutant or rewrite that the scenario's author declared to prove nothing."""

    group: _GROUPS
    name: str
    reason: str


class CheckDocument(_Part):
    """A check, and what made it fail."""

    id: str
    title: dict[Literal["fr", "en"], str]
    points: int
    guard: bool
    failed_by: list[str] = Field(description="the wrong answers and mutants in which it failed")


class MutationDocument(_Part):
    """How many mutants lost points."""

    killed: int
    survived: int
    percent: float | None = Field(description="killed of all; null where there is no mutant")
    wanted_percent: int = Field(description="what a scenario has to reach")


class ScenarioDocument(_Part):
    """All that was shown of a scenario."""

    scenario: str
    title: dict[Literal["fr", "en"], str]
    verdict: _VERDICTS
    refused: str = Field(description="why it can't be proved here; empty where it was")
    groups: dict[_GROUPS, _VERDICTS] = Field(description="what each group of claims came to")
    mutation: MutationDocument
    seconds: dict[str, float] = Field(description="medians of `ready` and `verdict`")
    claims: list[ClaimDocument]
    excepted: list[ExceptedDocument]
    checks: list[CheckDocument]
    goals: list[str] = Field(description="what the statement asks for, a line each")
    warnings: list[str]


class ProofDocument(_Part):
    """The proofs of several scenarios."""

    format: Literal["grader-proof/v1"]
    verdict: _VERDICTS
    provider: str
    quick: bool = Field(description="only a part of the claims was made")
    seconds: float
    made_by: dict[str, str]
    mutation: MutationDocument
    scenarios: list[ScenarioDocument]


def proof_document(proof: Proof) -> ProofDocument:
    """The document."""
    return ProofDocument(
        format="grader-proof/v1",
        verdict=proof.verdict.value,
        provider=proof.provider,
        quick=proof.quick,
        seconds=round(proof.seconds, 3),
        made_by=dict(proof.made_by),
        mutation=_mutation(proof.killed, proof.survived),
        scenarios=[_scenario(one) for one in proof.scenarios],
    )


def proof_schema() -> dict[str, object]:
    """The document's JSON Schema."""
    return ProofDocument.model_json_schema()


def _scenario(proof: ScenarioProof) -> ScenarioDocument:
    verdicts = {group: proof.verdict_of(group) for group in Group}
    times = {name: proof.seconds(name) for name in ("ready", "verdict")}
    return ScenarioDocument(
        scenario=proof.scenario,
        title={"fr": proof.title.fr, "en": proof.title.en},
        verdict=proof.verdict.value,
        refused=proof.refused,
        groups={group.value: v.value for group, v in verdicts.items() if v is not None},
        mutation=_mutation(proof.killed, proof.survived),
        seconds={name: round(time, 3) for name, time in times.items() if time is not None},
        claims=[_claim(claim) for claim in proof.claims],
        excepted=[
            ExceptedDocument(group=e.group.value, name=e.name, reason=e.reason)
            for e in proof.excepted
        ],
        checks=[
            CheckDocument(
                id=check.id,
                title={"fr": check.title.fr, "en": check.title.en},
                points=check.points,
                guard=check.guard,
                failed_by=list(check.failed_by),
            )
            for check in proof.checks
        ],
        goals=list(proof.goals),
        warnings=list(proof.warnings),
    )


def _claim(claim: Claim) -> ClaimDocument:
    return ClaimDocument(
        group=claim.group.value,
        name=claim.name,
        verdict=claim.verdict.value,
        reasons=list(claim.reasons),
        ground=claim.ground.value,
        failed_checks=list(claim.failed),
        points=claim.points,
        seconds={name: round(seconds, 3) for name, seconds in claim.seconds.items()},
        cached=claim.cached,
    )


def _mutation(killed: int, survived: int) -> MutationDocument:
    percent = mutation_percent(killed, survived)
    return MutationDocument(
        killed=killed,
        survived=survived,
        percent=None if percent is None else round(float(percent), 2),
        wanted_percent=MUTATION_PERCENT,
    )
