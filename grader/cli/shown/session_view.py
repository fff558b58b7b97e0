"""A session on the examiner's terminal, and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.cli.shown.seat_view import seat_document
from grader.cli.shown.theory_words import minutes_text
from grader.model.session import Seat, SeatState, Session, TaskState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from grader.exam.surroundings import Surroundings
    from grader.model.clock import Moment

_STYLES = {
    SeatState.WAITING: "cyan",
    SeatState.WORKING: "green",
    SeatState.PAUSED: "yellow",
    SeatState.HALTED: "bold red",
    SeatState.OVER: "magenta",
    SeatState.FINISHED: "dim",
}


def session_document(
    around: Surroundings, session: Session, seats: Sequence[Seat], *, trail: bool = False
) -> dict[str, Any]:
    """A session as JSON data, with all that changed it where that is asked for."""
    moment = around.clock()
    document: dict[str, Any] = {
        "session": session.id,
        "exam": session.exam,
        "provider": session.provider,
        "created_at": session.created_at,
        "who": session.who,
        "seats": [seat_document(seat, moment) for seat in seats],
    }
    if trail:
        codes = {seat.code for seat in seats}
        document["trail"] = [
            vars(entry) for entry in around.sessions.trail(session.id) if entry.seat in codes
        ]
    return document


def codes_view(session: Session, seats: Sequence[Seat]) -> RenderableType:
    """Who joins with which code."""
    from rich.console import Group  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.text import Text  # noqa: PLC0415 - as above

    table = _table("CODE", "CANDIDATE", "TASKS", "TIME")
    for seat in seats:
        minutes = f"{seat.given_s // 60} min"
        table.add_row(Text(seat.code, "bold"), Text(seat.candidate), str(len(seat.tasks)), minutes)
    return Group(Text(f"session {session.id}: {session.title.en}"), "", table)


def sessions_view(found: Sequence[tuple[Session, Sequence[Seat]]]) -> RenderableType:
    """One line a session."""
    from rich.text import Text  # noqa: PLC0415 - as above

    table = _table("SESSION", "EXAM", "BEGAN (UTC)", "CANDIDATES")
    for session, seats in found:
        names = ", ".join(f"{seat.candidate} ({seat.code}, {seat.state.value})" for seat in seats)
        began = session.created_at[:16].replace("T", " ")
        table.add_row(Text(session.id, "bold"), session.exam, began, Text(names))
    return table


def seats_view(around: Surroundings, session: Session, seats: Sequence[Seat]) -> RenderableType:
    """One line a candidate, and below it what needs the examiner's eye."""
    from rich.console import Group  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    moment = around.clock()
    table = _table("CODE", "CANDIDATE", "STATE", "TASK", "LEFT", "WHOLE", "NEXT", "THEORY")
    notes = []
    for seat in seats:
        table.add_row(
            Text(seat.code, "bold"),
            Text(seat.candidate),
            Text(seat.state.value, _STYLES[seat.state]),
            _task(seat),
            _left(seat, moment),
            minutes_text(seat.left_s(moment)) if seat.state is not SeatState.FINISHED else "",
            _coming(seat),
            _theory(around, seat),
        )
        notes += [f"{seat.code}: {note}" for note in _notes(around, seat)]
    head = Text(f"session {session.id}: {session.title.en}")
    if not notes:
        return Group(head, "", table)
    return Group(head, "", table, "", Text("\n".join(notes), "yellow"))


def _task(seat: Seat) -> str:
    done = sum(task.state is TaskState.JUDGED for task in seat.tasks)
    if seat.current:
        judging = ", judging" if seat.current.state is TaskState.JUDGING else ""
        return f"{seat.current.place}/{len(seat.tasks)} {seat.current.scenario}{judging}"
    return f"{done}/{len(seat.tasks)} done"


def _left(seat: Seat, moment: Moment) -> str:
    return minutes_text(seat.current.left_s(moment)) if seat.current else ""


def _coming(seat: Seat) -> str:
    if seat.coming is None or seat.state in {SeatState.OVER, SeatState.FINISHED}:
        return ""
    return "ready" if seat.coming.state is TaskState.PREPARED else seat.coming.state.value


def _theory(around: Surroundings, seat: Seat) -> str:
    from grader.exam.sessions.paper import paper_taken  # noqa: PLC0415 - not for `--help`
    from grader.model.decimal_text import decimal_text  # noqa: PLC0415 - as above
    from grader.model.paper import PaperState  # noqa: PLC0415 - as above

    sitting = paper_taken(around, seat)
    if sitting is None:
        more = f" +{seat.theory_extra_s // 60} min" if seat.theory_extra_s else ""
        return f"–{more}"  # noqa: RUF001 - a dash
    if sitting.paper.state is PaperState.OPEN:
        return f"{minutes_text(sitting.left_s)} left"
    return f"{decimal_text(sitting.paper.score.percent)} %"


def _notes(around: Surroundings, seat: Seat) -> Sequence[str]:
    from grader.exam.sessions.prepare import room_for_another  # noqa: PLC0415 - not for `--help`

    notes = []
    coming = seat.coming
    ended = seat.state in {SeatState.OVER, SeatState.FINISHED}
    if coming and not ended and coming.trouble:
        times = "" if coming.tries == 1 else f" ({coming.tries} times)"
        notes.append(f"task {coming.place} could not be prepared{times}: {coming.trouble}")
    waits = coming and not ended and coming.state is TaskState.PENDING
    if coming and waits and not room_for_another(around, seat.session):
        free = around.free_mib()
        notes.append(f"task {coming.place} waits for memory: {free} MiB are free")
    notes += [
        f"task {task.place} was closed {task.late_s:.0f} s after its time"
        for task in seat.tasks
        if task.late_s >= 1
    ]
    stood = seat.credit.used(around.clock())
    if stood >= 1:
        notes.append(f"credit {minutes_text(stood)}: the clock stood still by our fault")
    if seat.state is SeatState.HALTED:
        notes.append("the sandbox does not work: resume goes on with it, or with another one")
    return notes


def _table(*names: str) -> Table:
    from rich.table import Table  # noqa: PLC0415 - as above

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name, overflow="fold")
    return table
