"""A proof with something of everything in it."""

from __future__ import annotations

from grader.judging.proof.claims import (
    Claim,
    Excepted,
    Ground,
    Group,
    Proof,
    ProvenCheck,
    ScenarioProof,
)
from grader.model.text import Bilingual
from grader.model.verdict import Verdict

PASSED, FAILED, ERROR = Verdict.PASSED, Verdict.FAILED, Verdict.ERROR
TIMES = {"ready": 21.25, "verdict": 0.5}


def mutants(killed: int, survived: int) -> tuple[Claim, ...]:
    """So many mutants."""
    dead = (
        Claim(Group.MUTANTS, f"dead {n}", PASSED, ground=Ground.RECORD, failed=("pods-ready",))
        for n in range(killed)
    )
    alive = (
        Claim(Group.MUTANTS, f"alive {n}", FAILED, ("no check loses a point",), points=100)
        for n in range(survived)
    )
    return (*dead, *alive)


def scenario(*claims: Claim, name: str = "deploy-service", refused: str = "") -> ScenarioProof:
    """A scenario of which these claims were made."""
    return ScenarioProof(
        scenario=name,
        title=Bilingual("Déployer", "Deploy"),
        claims=claims,
        excepted=(Excepted(Group.MUTANTS, "PodDisruptionBudget/x deleted", "Nobody asked for it"),),
        checks=(ProvenCheck("pods-ready", Bilingual("Pods", "Pods are ready"), 8, False, ("a",)),),
        goals=("two pods", "one | Service"),
        warnings=("check idle: no wrong answer and no mutant makes it fail",),
        refused=refused,
    )


GOOD = scenario(
    Claim(Group.UNTOUCHED, "untouched", PASSED, points=0, seconds=TIMES),
    Claim(Group.RIGHT, "right-way, first time", PASSED, points=100, seconds={"verdict": 1.0}),
    *mutants(39, 1),
    Claim(Group.TEARDOWN, "nothing is left", PASSED),
)
BAD = scenario(
    Claim(
        Group.WRONG,
        "wrong-way",
        FAILED,
        ("check <b>x</b> passes\x00 and is declared to fail", "10 points are earned"),
        points=10,
        seconds=TIMES,
    ),
    Claim(Group.REWRITES, "lists in another order", PASSED, ground=Ground.RECORD, cached=True),
    *mutants(3, 2),
    name="bad-one",
)
BROKEN = scenario(
    Claim(Group.RIGHT, "right-way, first time", ERROR, ("the node fell over",)), name="broken-one"
)
REFUSED = scenario(name="refused-one", refused="the provider kind does not offer dns")


def proof(*scenarios: ScenarioProof) -> Proof:
    """The proof of these."""
    return Proof(scenarios, "kind", 61.5, {"grader": "1", "grader_digest": "sha256:0"})
