"""`grader exam join`: a candidate's terminal takes part in an exam session."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.next import begin
from grader.cli.shown.seat_view import clock_line, seat_document, told_next
from grader.cli.shown.session_words import say
from grader.model.session import Seat, SeatState
from grader.model.text import Language


def join(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="What the examiner gave you.")],
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Begin the first task without being asked.")
    ] = False,
    later: Annotated[
        bool, typer.Option("--later", help="Only join; grader next begins the first task.")
    ] = False,
    json_mode: JsonOption = False,
) -> None:
    """Join your exam in this terminal, and begin its first task; later, find it again."""
    here = invocation(context, json_mode=json_mode)
    # Who types this is a candidate, and the language of one whom nobody knows is the guide's.
    here.output.language = Language.FRENCH
    from grader.exam.sessions.hand_in import close_due  # noqa: PLC0415 - not for `--help`
    from grader.exam.sessions.terminal import remember  # noqa: PLC0415 - as above
    from grader.model.phase import PhaseLog  # noqa: PLC0415 - as above

    around = here.surroundings()
    seat = close_due(around, code.strip().lower(), PhaseLog())
    session = around.sessions.get(seat.session)
    remember(around, seat.code)
    around.keep(session.id)
    language = here.output.language = seat.language
    here.output.show(
        say("welcome", language, title=session.title.in_(language), name=seat.candidate),
        say("tasks", language, count=len(seat.tasks), minutes=seat.given_s // 60),
        *([] if seat.paper else [say("theory_open", language)]),
    )
    if seat.state is SeatState.WAITING and not later and _wanted(seat, yes=yes or json_mode):
        here.output.show("")
        begin(here, seat.code)
        return
    here.output.document({"exam": seat_document(seat, around.clock())})
    here.output.show(clock_line(seat, around.clock(), language))
    told_next(here.output, seat)


def _wanted(seat: Seat, *, yes: bool) -> bool:
    """Whether the candidate wants the first task's clock to start; asked only where somebody can answer."""
    if yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    task = seat.tasks[0]
    question = say("sure", seat.language, place=task.place, minutes=task.given_s // 60)
    letters = "o/N" if seat.language.value == "fr" else "y/N"
    answer: str = typer.prompt(f"{question} [{letters}]", default="n", show_default=False, err=True)
    return answer.strip().lower()[:1] in {"o", "y"}
