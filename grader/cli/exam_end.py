"""`grader exam finish|export`: the end of a session, and what it came to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.exam_files import EXIT_CODES, write_exam_files
from grader.cli.exam_session import SeatsArgument
from grader.cli.invocation import JsonOption, invocation
from grader.cli.report_file import write_report
from grader.cli.shown.phases import shown_phases
from grader.cli.shown.session_view import session_document
from grader.exam.signing.payload import stated
from grader.model.certification import Outcome
from grader.model.text import Language

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.session import Seat
    from grader.store.certifications import Certification


def finish(context: typer.Context, name: SeatsArgument, json_mode: JsonOption = False) -> int:
    """End a session, or one candidate's exam: judge what is at hand, stop the sandboxes, sign the results."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.sessions.control import finish_seat, seats_named  # noqa: PLC0415 - not for `--help`
    from grader.exam.sessions.result import result_of_seat  # noqa: PLC0415 - as above

    around = here.surroundings()
    seats = seats_named(around, name)
    with shown_phases(here.output) as log:
        seats = [finish_seat(around, seat.code, log) for seat in seats]
    results = [result_of_seat(around, seat) for seat in seats]
    here.output.document(
        {"results": [_document(s, r) for s, r in zip(seats, results, strict=True)]}
    )
    here.output.show(*(_line(s, r) for s, r in zip(seats, results, strict=True)))
    here.output.next_commands(f"grader exam export {name} -o DIR")
    return max((EXIT_CODES[r.outcome] for r in results), default=EXIT_CODES[Outcome.PASSED])


def export(
    context: typer.Context,
    name: SeatsArgument,
    folder: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="DIR", file_okay=False, help="Where the files go."),
    ],
    language: Annotated[
        Language | None,
        typer.Option("--lang", show_default=False, help="Instead of the candidates' own language."),
    ] = None,
    json_mode: JsonOption = False,
) -> None:
    """Write the signed result, report and certificate of each finished exam, and how its clock ran."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.sessions.control import seats_named  # noqa: PLC0415 - not for `--help`
    from grader.exam.sessions.result import result_of_seat  # noqa: PLC0415 - as above

    around = here.surroundings()
    seats = seats_named(around, name)
    written = []
    for seat in seats:
        certification = result_of_seat(around, seat)
        files = write_exam_files(
            around, certification, folder / seat.code, language or seat.language
        )
        files["session"] = _clock_file(around, seat, folder / seat.code)
        written.append(
            _document(seat, certification)
            | {"files": {n: str(file) if file else None for n, file in files.items()}}
        )
        here.output.show(f"{seat.code}  {seat.candidate}: {certification.outcome.value}")
        here.output.show(*(f"  {n}: {file}" for n, file in files.items() if file))
    here.output.document({"results": written})
    first = written[0]["files"]
    here.output.next_commands(f"grader verify {first['result']} --key {first['key']}")


def _clock_file(around: Surroundings, seat: Seat, folder: Path) -> Path:
    import json  # noqa: PLC0415 - here alone

    file = folder.resolve() / "session.json"
    session = around.sessions.get(seat.session)
    document = session_document(around, session, [seat], trail=True)
    write_report(file, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    return file


def _document(seat: Seat, certification: Certification) -> dict[str, Any]:
    found = stated(certification.signed)
    return {
        "code": seat.code,
        "candidate": seat.candidate,
        "paper": seat.paper,
        "outcome": certification.outcome.value,
        "percent": found["percent"],
        "theory_percent": found["theory"]["percent"],
        "practical_percent": found["practical"]["percent"],
    }


def _line(seat: Seat, certification: Certification) -> str:
    from fractions import Fraction  # noqa: PLC0415 - not for `--help`

    from grader.model.decimal_text import decimal_text  # noqa: PLC0415 - as above

    found = stated(certification.signed)
    theory, practical, whole = (
        decimal_text(Fraction(percent))
        for percent in (
            found["theory"]["percent"],
            found["practical"]["percent"],
            found["percent"],
        )
    )
    return (
        f"{seat.code}  {seat.candidate}: {certification.outcome.value}, {whole} % "
        f"(theory {theory} %, practical {practical} %)"
    )
