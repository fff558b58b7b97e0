"""A proof as a page of Markdown, for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from grader.judging.proof.claims import Group, Proof, ProvenCheck, ScenarioProof
from grader.model.verdict import Verdict
from grader.report.proof_wording import (
    MARKS,
    QUICK_WORDS,
    group_cell,
    percent_text,
    problem_title,
    problems,
    seconds_text,
)

_WORDS = {
    Verdict.PASSED: "every scenario is proved",
    Verdict.FAILED: "not everything could be shown",
    Verdict.ERROR: "something went wrong on our side",
}


def proof_markdown(proof: Proof) -> str:
    """The page."""
    lines = [
        f"# Proof of scenarios: {_WORDS[proof.verdict]}",
        "",
        _summary(proof),
        "",
        *_table(
            ("", "scenario", *(group.value for group in Group), "score", "ready", "verdict"),
            [_row(one) for one in proof.scenarios],
        ),
        "",
    ]
    for one in proof.scenarios:
        lines += _scenario(one)
    return "\n".join(lines).rstrip() + "\n"


def _summary(proof: Proof) -> str:
    if proof.quick:
        return f"On {_safe(proof.provider)}, in {proof.seconds:.0f} s. {QUICK_WORDS}"
    return (
        f"On {_safe(proof.provider)}, in {proof.seconds:.0f} s. Mutation score in all: "
        f"{percent_text(proof.killed, proof.survived)} "
        f"({proof.killed} of {proof.killed + proof.survived} mutants lose points)."
    )


def _row(proof: ScenarioProof) -> list[str]:
    return [
        MARKS[proof.verdict],
        proof.scenario,
        *(group_cell(proof, group) for group in Group),
        percent_text(proof.killed, proof.survived),
        seconds_text(proof, "ready"),
        seconds_text(proof, "verdict"),
    ]


def _scenario(proof: ScenarioProof) -> Iterator[str]:
    yield from (f"## {_safe(proof.scenario)}", "")
    if proof.refused:
        yield from (f"Not proved here: {_safe(proof.refused)}", "")
    for claim, reasons in problems(proof):
        yield f"- **{_safe(problem_title(claim))}**: {_safe(reasons)}"
    for warning in proof.warnings:
        yield f"- *look at it:* {_safe(warning)}"
    for excepted in proof.excepted:
        yield f"- *excepted by the author:* {_safe(excepted.name)}: {_safe(excepted.reason)}"
    yield ""
    yield from ("<details><summary>What the statement asks for, beside the checks</summary>", "")
    rows = [
        [goal or "", *(_check(check) if check else ("", "", ""))]
        for goal, check in zip_longest(proof.goals, proof.checks)
    ]
    yield from _table(("statement", "check", "points", "made to fail by"), rows)
    yield from ("", "</details>", "")


def _check(check: ProvenCheck) -> tuple[str, str, str]:
    kind = " (guard)" if check.guard else ""
    return f"{check.title.en}{kind}", str(check.points), str(len(check.failed_by))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(_safe(cell) for cell in row)} |" for row in rows),
    ]


def _safe(text: str) -> str:
    """Text that can't become markup: names may come from a cluster."""
    flat = " ".join(text.split())
    for character in "\\`*_{}[]<>#|~":
        flat = flat.replace(character, f"\\{character}")
    return flat
