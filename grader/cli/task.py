"""`grader task`: what the candidate is to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import AttemptArgument, JsonOption, invocation
from grader.cli.shown.phases import shown_phases
from grader.cli.shown.seat_view import clock_line, seat_document
from grader.cli.shown.statement_view import statement_view
from grader.model.text import Language

if TYPE_CHECKING:
    from grader.cli.invocation import Invocation
    from grader.exam.attempts.task_text import TaskText
    from grader.exam.surroundings import Surroundings
    from grader.model.session import Seat

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
    around = here.surroundings()
    read = _read(here, around, attempt_id, language)
    seat = read.seat
    spoken = here.output.language = language or read.language
    statement = read.text.statement.in_(spoken)
    moment = around.clock()
    here.output.document(
        {
            "attempt": read.attempt,
            "scenario": read.scenario,
            "language": spoken.value,
            "minutes": read.text.minutes,
            "statement": statement,
            "exam": seat_document(seat, moment) if seat else None,
        }
    )
    if not json_mode:
        here.output.show(statement_view(statement))
        if seat:
            here.output.show(clock_line(seat, moment, spoken))
        name = "" if seat else f" {read.attempt}"
        here.output.next_commands(f"grader shell{name}", f"grader submit{name}")


@dataclass(frozen=True)
class _Read:
    """What the candidate reads, and of which attempt."""

    attempt: str
    scenario: str
    language: Language
    text: TaskText
    seat: Seat | None


def _read(
    here: Invocation, around: Surroundings, word: str | None, language: Language | None
) -> _Read:
    from grader.exam.sessions.asking import TASK, ask  # noqa: PLC0415 - not for `--help`
    from grader.exam.sessions.terminal import joined  # noqa: PLC0415 - as above

    code = word or joined(around)
    told = ask(around, TASK, code) if code else None
    if told and (task := told.seat.current):
        return _Read(task.attempt, task.scenario, told.seat.language, told.text, told.seat)
    from grader.exam.attempts.task_text import task_text  # noqa: PLC0415 - as above
    from grader.exam.sessions.at_hand import (  # noqa: PLC0415 - brings the database
        at_hand,
        language_of,
    )

    here.output.language = language or language_of(around, word)
    with shown_phases(here.output) as log:
        hand = at_hand(around, word, log)
    attempt, text = hand.attempt, task_text(around, hand.attempt)
    return _Read(attempt.id, attempt.scenario, attempt.language, text, hand.seat)
