"""`grader task`: what the candidate is to do."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.invocation import AttemptArgument, JsonOption, invocation
from grader.cli.statement_view import statement_view
from grader.model.text import Language

OtherLanguageOption = Annotated[
    Language | None,
    typer.Option("--lang", show_default=False, help="Instead of the attempt's own language."),
]


def task(
    context: typer.Context,
    attempt_id: AttemptArgument = None,
    language: OtherLanguageOption = None,
    json_mode: JsonOption = False,
) -> None:
    """Show what the candidate is to do."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.choice import chosen  # noqa: PLC0415 - not for `--help`
    from grader.exam.opening import scenario_of  # noqa: PLC0415 - as above

    around = here.surroundings()
    attempt = chosen(around, attempt_id)
    scenario = scenario_of(around, attempt)
    spoken = language or attempt.language
    statement = around.judge.statement(scenario, spoken)
    here.output.document(
        {
            "attempt": attempt.id,
            "scenario": scenario.id,
            "language": spoken.value,
            "minutes": scenario.minutes,
            "statement": statement,
        }
    )
    if not json_mode:
        here.output.show(statement_view(statement))
        here.output.next_commands(f"grader shell {attempt.id}", f"grader submit {attempt.id}")
