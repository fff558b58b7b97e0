"""`grader task`: what the candidate is to do."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.invocation import AttemptArgument, JsonOption, invocation
from grader.cli.phases import shown_phases
from grader.cli.seat_view import clock_line, seat_document
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
    from grader.exam.opening import scenario_of  # noqa: PLC0415 - not for `--help`
    from grader.exam.sessions.at_hand import at_hand, language_of  # noqa: PLC0415 - as above

    around = here.surroundings()
    spoken = here.output.language = language or language_of(around, attempt_id)
    with shown_phases(here.output) as log:
        hand = at_hand(around, attempt_id, log)
    attempt = hand.attempt
    scenario = scenario_of(around, attempt)
    statement = around.judge.statement(scenario, spoken)
    moment = around.clock()
    here.output.document(
        {
            "attempt": attempt.id,
            "scenario": scenario.id,
            "language": spoken.value,
            "minutes": scenario.minutes,
            "statement": statement,
            "exam": seat_document(hand.seat, moment) if hand.seat else None,
        }
    )
    if not json_mode:
        here.output.show(statement_view(statement))
        if hand.seat:
            here.output.show(clock_line(hand.seat, moment, spoken))
        name = "" if hand.seat else f" {attempt.id}"
        here.output.next_commands(f"grader shell{name}", f"grader submit{name}")
