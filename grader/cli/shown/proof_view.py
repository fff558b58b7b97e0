"""A proof on the screen: a table of scenarios, and below it what does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grader.judging.proof.claims import Group, Proof, ScenarioProof
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

_STYLES = {"✓": "green", "✗": "red", "!": "yellow"}


def proof_view(proof: Proof) -> Iterator[RenderableType]:
    """What is printed, part by part."""
    yield ""
    yield _summary(proof)
    for one in proof.scenarios:
        yield from _details(one)
    if proof.quick:
        yield Text(f"\n{QUICK_WORDS} {proof.seconds:.0f} s on {proof.provider}")
        return
    if not proof.killed + proof.survived:
        yield Text(f"\n{proof.seconds:.0f} s on {proof.provider}")
        return
    yield Text(
        f"\nmutation score: {percent_text(proof.killed, proof.survived)} "
        f"({proof.killed} of {proof.killed + proof.survived} mutants lose points), "
        f"{proof.seconds:.0f} s on {proof.provider}"
    )


def _summary(proof: Proof) -> Table:
    """A row for each scenario, with a column for each group of claims that anything was shown of."""
    shown = [group for group in Group if any(one.of(group) for one in proof.scenarios)]
    score = ["SCORE"] if Group.MUTANTS in shown else []
    table = _table(
        "SCENARIO", *(group.value.upper() for group in shown), *score, "READY", "VERDICT"
    )
    # A name that is cut can't be typed again; the counts may wrap.
    table.columns[0].no_wrap = True
    for one in proof.scenarios:
        table.add_row(
            Text.assemble(_mark(MARKS[one.verdict]), " ", (one.scenario, "bold")),
            *(_cell(group_cell(one, group)) for group in shown),
            *([percent_text(one.killed, one.survived)] if score else []),
            seconds_text(one, "ready"),
            seconds_text(one, "verdict"),
        )
    return table


def _details(proof: ScenarioProof) -> Iterator[RenderableType]:
    found = problems(proof)
    if proof.refused or found or proof.warnings or proof.excepted:
        yield Text(f"\n{proof.scenario}", style="bold")
    if proof.refused:
        yield Text.assemble("  ", _mark("!"), f" not proved here: {proof.refused}")
    for claim, reasons in found:
        yield Text.assemble("  ", _mark(MARKS[claim.verdict]), f" {problem_title(claim)}")
        yield Text(f"      {reasons}")
    for warning in proof.warnings:
        yield Text(f"  · {warning}")
    for excepted in proof.excepted:
        yield Text(f"  · excepted by the author: {excepted.name}: {excepted.reason}", style="dim")
    if proof.verdict is not Verdict.PASSED and proof.checks:
        yield ""
        yield _goals(proof)


def _goals(proof: ScenarioProof) -> Table:
    """What the statement asks for, beside the checks."""
    table = _table("THE STATEMENT ASKS FOR", "CHECK", "POINTS", "MADE TO FAIL BY")
    for goal, check in zip_longest(proof.goals, proof.checks):
        cells = (
            (f"{check.title.en}{' (guard)' if check.guard else ''}", str(check.points))
            if check
            else ("", "")
        )
        table.add_row(
            Text(goal or ""), *map(Text, cells), str(len(check.failed_by)) if check else ""
        )
    return table


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _cell(text: str) -> Text:
    return Text(text, style=_STYLES.get(text[:1], ""))


def _mark(mark: str) -> Text:
    return Text(mark, style=_STYLES[mark])
