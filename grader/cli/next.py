"""`grader next`: the candidate's next task of an exam session."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.shown.phases import phases_document, shown_phases
from grader.cli.shown.seat_view import clock_line, seat_document, told_next
from grader.cli.shown.session_words import say
from grader.cli.shown.statement_view import statement_view
from grader.model.errors import Code, GraderError, InFrench
from grader.model.phase import PhaseLog
from grader.model.text import Language

if TYPE_CHECKING:
    from grader.cli.invocation import Invocation
    from grader.exam.sessions.asking import Told
    from grader.exam.surroundings import Surroundings

CodeArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[CODE]",
        show_default=False,
        help="The exam's code; may be left out where this terminal has joined it.",
    ),
]


def next_(context: typer.Context, code: CodeArgument = None, json_mode: JsonOption = False) -> None:
    """Begin the next task of your exam; its clock starts when its sandbox is ready."""
    here = invocation(context, json_mode=json_mode)
    # Who types this is a candidate, and the language of one whom nobody knows is the guide's.
    here.output.language = Language.FRENCH
    from grader.exam.sessions.terminal import joined  # noqa: PLC0415 - not for `--help`

    named = code or joined(here.surroundings())
    if named is None:
        raise GraderError(
            Code.SESSION_UNKNOWN,
            "this terminal has joined no exam",
            hint="grader exam join CODE, with the code that the examiner gave you",
            french=InFrench(
                "ce terminal n’a rejoint aucun examen",
                "grader exam join CODE, avec le code que l’examinateur vous a donné",
            ),
        )
    begin(here, named)


def begin(here: Invocation, code: str) -> None:
    """Begin the next task and show what is to be done."""
    from grader.exam.sessions.asking import NEXT, ask  # noqa: PLC0415 - not for `--help`

    around = here.surroundings()
    log = PhaseLog()
    told = ask(around, NEXT, code)
    if told is None:
        here.output.language = around.sessions.seat(code).language
        with shown_phases(here.output) as log:
            told = _begun(around, code, log)
    seat, text = told.seat, told.text
    here.output.language = seat.language
    task = seat.current
    if task is None:  # pragma: no cover - a task was begun, or an error raised
        return
    statement = text.statement.in_(seat.language)
    here.output.document(
        {
            "exam": seat_document(seat, around.clock()),
            "attempt": task.attempt,
            "scenario": task.scenario,
            "statement": statement,
            **phases_document(log),
        }
    )
    if here.output.json_mode:
        return
    title = text.title.in_(seat.language)
    begun = say("begun", seat.language, place=task.place, count=len(seat.tasks), title=title)
    here.output.show(begun, "", statement_view(statement))
    here.output.show(clock_line(seat, around.clock(), seat.language))
    told_next(here.output, seat)


def _begun(around: Surroundings, code: str, log: PhaseLog) -> Told:
    """Begin it in this process, whatever that takes."""
    from grader.exam.attempts.task_text import task_text  # noqa: PLC0415 - as above
    from grader.exam.sessions.asking import Told  # noqa: PLC0415 - as above
    from grader.exam.sessions.take import begin_next  # noqa: PLC0415 - as above

    seat = begin_next(around, code, log)
    attempt = seat.current.attempt if seat.current else ""
    return Told(seat, task_text(around, around.attempts.get(attempt)))
