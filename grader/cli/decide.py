"""`grader decide`: an examiner says what a check is worth that ended in an error of ours."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.invocation import JsonOption, invocation


def decide(
    context: typer.Context,
    attempt_id: Annotated[str, typer.Argument(metavar="ATTEMPT", help="The attempt's id.")],
    check: Annotated[str, typer.Argument(metavar="CHECK", help="The check's id.")],
    points: Annotated[
        int, typer.Argument(metavar="POINTS", min=0, help="What it earns, of the check's points.")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")],
    json_mode: JsonOption = False,
) -> None:
    """Decide what a check is worth that ended in an error of ours; the original is kept."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.results.certify import decide as decided  # noqa: PLC0415 - not for `--help`

    made = decided(here.surroundings(), attempt_id, check, points, reason)
    decision = made.decision
    here.output.document(
        {
            "attempt": attempt_id,
            "check": decision.check,
            "points": decision.points,
            "earned": made.earned,
            "reason": decision.reason,
            "who": decision.who,
            "at": decision.at,
        }
    )
    share = ""
    if made.earned < points:
        # As the report says it beside the guard.
        share = f", of which {made.earned} count, in proportion to the objectives that are reached"
    here.output.show(f"{check} of {attempt_id} is worth {points} points{share}: {decision.reason}")
