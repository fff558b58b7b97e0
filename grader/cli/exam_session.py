"""`grader exam start|list|status|pause|resume|extend|finish`: the examiner's side of a session."""

# ruff: noqa: PLR0913, PLR0917 - a command's options are its arguments

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import Invocation, JsonOption, ScenariosOption, invocation
from grader.cli.shown.phases import shown_phases
from grader.cli.shown.seat_view import seat_document
from grader.cli.shown.session_view import codes_view, seats_view, session_document, sessions_view
from grader.cli.start import ProviderOption
from grader.model.text import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exam.surroundings import Surroundings
    from grader.model.session import Seat

NameArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[SESSION|CODE]",
        show_default=False,
        help="A session, or one candidate's code; may be left out where there is one session.",
    ),
]
SeatsArgument = Annotated[
    str, typer.Argument(metavar="SESSION|CODE", help="A session, or one candidate's code.")
]
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", show_default=False, help="Why; it is kept.")
]
ExamsOption = Annotated[
    Path | None,
    typer.Option(
        "--exams",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Read exams from this folder instead of the product's own.",
    ),
]


def start(
    context: typer.Context,
    exam: Annotated[str, typer.Argument(metavar="EXAM", help="The exam's id.")],
    candidates: Annotated[
        list[str],
        typer.Option("--candidate", metavar="NAME", help="A candidate; once for each of them."),
    ],
    provider: ProviderOption = None,
    language: Annotated[
        Language, typer.Option("--lang", help="What the candidates read.")
    ] = Language.FRENCH,
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, metavar="N", show_default=False, help="Draws all there is."),
    ] = None,
    exams: ExamsOption = None,
    scenarios: ScenariosOption = None,
    json_mode: JsonOption = False,
) -> None:
    """Start a session: an exam for one or more candidates, each with a code to join it."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.sessions.start import SessionOrder, start_session  # noqa: PLC0415 - not for `--help`
    from grader.sandbox.settings import data_folder  # noqa: PLC0415 - as above

    folder = exams or data_folder("exams")
    order = SessionOrder(exam, candidates, folder, provider, language, seed, scenarios)
    around = here.surroundings()
    session, seats = start_session(around, order)
    here.output.document(session_document(around, session, seats))
    here.output.show(codes_view(session, seats))
    here.output.say("The first tasks' sandboxes are being prepared; no clock runs yet.")
    here.output.next_commands(
        f"grader exam status {session.id}", *(f"grader exam join {s.code}" for s in seats)
    )


def list_(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Finished ones too.")] = False,
    json_mode: JsonOption = False,
) -> None:
    """List the sessions, the newest first."""
    here = invocation(context, json_mode=json_mode)
    from grader.model.session import SeatState  # noqa: PLC0415 - not for `--help`

    around = here.surroundings()
    found = [
        (session, seats)
        for session in ([] if around.untouched else around.sessions.all())
        if (seats := around.sessions.seats(session.id))
        and (every or any(s.state is not SeatState.FINISHED for s in seats))
    ]
    here.output.document({"sessions": [session_document(around, *one) for one in found]})
    if not found:
        here.output.show("no session now")
        here.output.next_commands("grader exam start certification --candidate NAME")
        return
    here.output.show(sessions_view(found))
    here.output.next_commands(f"grader exam status {found[0][0].id}")


def status(
    context: typer.Context, name: NameArgument = None, json_mode: JsonOption = False
) -> None:
    """Show how each candidate of a session stands."""
    here = invocation(context, json_mode=json_mode)
    around, seats = _seats(here, name)
    session = around.sessions.get(seats[0].session)
    around.keep(session.id)
    here.output.document(session_document(around, session, seats, trail=True))
    here.output.show(seats_view(around, session, seats))
    here.output.next_commands(*_next(seats, session.id))


def pause(
    context: typer.Context,
    name: SeatsArgument,
    reason: ReasonOption = "",
    json_mode: JsonOption = False,
) -> None:
    """Stop the clocks of a session, or of one candidate; shells that are open stay open."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.sessions.control import pause_seat  # noqa: PLC0415 - not for `--help`
    from grader.model.session import SeatState  # noqa: PLC0415 - as above

    around, seats = _seats(here, name)
    with shown_phases(here.output) as log:
        changed = [
            pause_seat(around, seat.code, reason, log)
            for seat in seats
            if len(seats) == 1 or seat.state is SeatState.WORKING
        ]
    _told(here, changed, "paused")
    here.output.say(
        "Open shells stay open; who is at one reads there to do no work until it goes on."
    )
    here.output.next_commands(f"grader exam resume {name}")


def resume(context: typer.Context, name: SeatsArgument, json_mode: JsonOption = False) -> None:
    """Let a session, or one candidate, go on after a pause or a fault of ours."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.sessions.control import resume_seat  # noqa: PLC0415 - not for `--help`
    from grader.model.session import SeatState  # noqa: PLC0415 - as above

    around, seats = _seats(here, name)
    with shown_phases(here.output) as log:
        changed = [
            resume_seat(around, seat.code, log)
            for seat in seats
            if len(seats) == 1 or seat.state in {SeatState.PAUSED, SeatState.HALTED}
        ]
    _told(here, changed, "goes on")
    here.output.next_commands(f"grader exam status {name}")


def extend(
    context: typer.Context,
    name: SeatsArgument,
    minutes: Annotated[
        int, typer.Argument(metavar="MINUTES", min=1, max=240, help="How many more.")
    ],
    every_task: Annotated[
        bool, typer.Option("--every-task", help="So many more for each task that is not closed.")
    ] = False,
    theory: Annotated[
        bool, typer.Option("--theory", help="For the theory paper, begun or not, instead.")
    ] = False,
    reason: ReasonOption = "",
    json_mode: JsonOption = False,
) -> None:
    """Give a candidate, or all of a session, more time for the task at hand, or else the next one."""
    here = invocation(context, json_mode=json_mode)
    if theory and every_task:
        raise typer.BadParameter("--theory and --every-task: type the command once for each")
    from grader.exam.sessions.control import extend_seat  # noqa: PLC0415 - not for `--help`
    from grader.exam.sessions.paper import extend_paper, may_be_extended  # noqa: PLC0415 - as above
    from grader.model.session import SeatState  # noqa: PLC0415 - as above

    around, seats = _seats(here, name)
    if theory:
        changed = [
            extend_paper(around, seat.code, minutes, reason)
            for seat in seats
            if len(seats) == 1 or may_be_extended(around, seat)
        ]
    else:
        changed = [
            extend_seat(around, seat.code, minutes, reason, every_task=every_task)
            for seat in seats
            if len(seats) == 1 or seat.state not in {SeatState.OVER, SeatState.FINISHED}
        ]
    _told(here, changed, f"{minutes} min more" + (" for the theory paper" if theory else ""))
    here.output.next_commands(f"grader exam status {name}")


def _seats(here: Invocation, name: str | None) -> tuple[Surroundings, Sequence[Seat]]:
    from grader.exam.sessions.control import seats_named  # noqa: PLC0415 - not for `--help`

    around = here.surroundings()
    return around, seats_named(around, name)


def _told(here: Invocation, seats: Sequence[Seat], what: str) -> None:
    moment = here.surroundings().clock()
    here.output.document({"seats": [seat_document(seat, moment) for seat in seats]})
    here.output.show(*(f"{seat.code}  {seat.candidate}: {what}" for seat in seats))
    if not seats:
        here.output.show("there is nobody whom this concerns")


def _next(seats: Sequence[Seat], session: str) -> Sequence[str]:
    from grader.model.session import SeatState  # noqa: PLC0415 - as above

    halted = [s.code for s in seats if s.state in {SeatState.HALTED, SeatState.PAUSED}]
    if halted:
        return [f"grader exam resume {code}" for code in halted]
    if all(s.state is SeatState.FINISHED for s in seats):
        return [f"grader exam export {session} -o DIR"]
    if all(s.state in {SeatState.OVER, SeatState.FINISHED} for s in seats):
        return [f"grader exam finish {session}"]
    return [f"grader exam pause {session}", f"grader exam finish {session}"]
