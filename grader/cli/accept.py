"""`grader accept`: score submissions that were made on other machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.invocation import JsonOption, ScenariosOption, invocation
from grader.cli.submit import exit_code


def accept(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            exists=True,
            dir_okay=False,
            help="What grader submit --export wrote.",
        ),
    ],
    scenarios: ScenariosOption = None,
    json_mode: JsonOption = False,
) -> int:
    """Score submissions that candidates exported on their own machines, by this machine's checks."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.results.accept import NOT_TRUSTED, TRUSTED  # noqa: PLC0415 - not for `--help`
    from grader.exam.results.accept import accept as scored  # noqa: PLC0415 - as above
    from grader.exam.results.result import to_json  # noqa: PLC0415 - as above

    around = here.surroundings(scenarios)
    accepted = [scored(around, file) for file in files]
    here.output.document(
        {
            "accepted": [{"first": one.first, **to_json(one.result)} for one in accepted],
            "trusted_for": [text.en for text in TRUSTED],
            "not_trusted_for": [text.en for text in NOT_TRUSTED],
        }
    )
    for one in accepted:
        result = one.result
        before = "" if one.first else "  (accepted before)"
        here.output.show(
            f"{result.attempt}  {result.candidate}  {result.scenario}  {result.verdict.value}, "
            f"{result.points} of {result.max_points} points{before}"
        )
    here.output.show("", "These results can be trusted for this:")
    here.output.show(*(f"  ✓ {text.en}" for text in TRUSTED))
    here.output.show("but not for this:", *(f"  ✗ {text.en}" for text in NOT_TRUSTED))
    here.output.next_commands(
        *(f"grader report {one.result.attempt} --examiner" for one in accepted)
    )
    return max(exit_code(one.result) for one in accepted)
