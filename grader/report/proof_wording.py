"""A proof in the words that its table and its page share."""

from __future__ import annotations

from collections.abc import Sequence

from grader.judging.proof.claims import Claim, Group, ScenarioProof, mutation_percent
from grader.model.verdict import Verdict

MARKS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.ERROR: "!"}
QUICK_WORDS = "A quick proof: at most one right answer of each draw and two wrong ones, no rewrites, no mutants."


def group_cell(proof: ScenarioProof, group: Group) -> str:
    """What a group came to: "✓ 9/9"; "-" where it was not asked for."""
    verdict = proof.verdict_of(group)
    if verdict is None:
        return "-"
    claims = proof.of(group)
    good = sum(claim.verdict is Verdict.PASSED for claim in claims)
    return f"{MARKS[verdict]} {good}/{len(claims)}"


def percent_text(killed: int, survived: int) -> str:
    """The mutation score: "96.4 %"; never rounded up to what was not reached."""
    percent = mutation_percent(killed, survived)
    if percent is None:
        return "-"
    tenths = int(percent * 10)
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10} %"


def seconds_text(proof: ScenarioProof, phase: str) -> str:
    """A median time: "21.3 s"; "-" where nothing was timed."""
    seconds = proof.seconds(phase)
    return "-" if seconds is None else f"{seconds:.1f} s"


def problems(proof: ScenarioProof) -> Sequence[tuple[Claim, str]]:
    """Each claim that does not hold, with its reasons in one text; survivors among them."""
    return [
        (claim, "; ".join(claim.reasons) or "no reason is known")
        for claim in proof.claims
        if claim.verdict is not Verdict.PASSED
    ]


def problem_title(claim: Claim) -> str:
    """What does not hold, in words."""
    if claim.group is Group.MUTANTS and claim.verdict is Verdict.FAILED:
        return f"mutant survives on the {claim.ground.value}: {claim.name}"
    return f"{claim.group.value}: {claim.name}"
