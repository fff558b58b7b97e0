"""`grader submit`: hand the work in and see what it is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import AttemptArgument, JsonOption, invocation
from grader.cli.report_file import keep_report, write_report
from grader.cli.shown.attempt_words import say
from grader.cli.shown.phases import phases_document, shown_phases
from grader.cli.shown.result_view import result_view
from grader.cli.shown.seat_view import seat_document, told_next
from grader.cli.task import OtherLanguageOption
from grader.model.errors import ExitCode, GraderError
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from grader.cli.shown.output import Output
    from grader.exam.results.result import Result
    from grader.exam.surroundings import Surroundings


def submit(
    context: typer.Context,
    attempt_id: AttemptArgument = None,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="FILE",
            dir_okay=False,
            show_default=False,
            help="Also write what an examiner elsewhere scores with grader accept.",
        ),
    ] = None,
    pseudonym: Annotated[
        str,
        typer.Option(
            "--pseudonym",
            metavar="NAME",
            show_default=False,
            help="Who hands it in, as the examiner knows it; only in the exported file.",
        ),
    ] = "",
    language: OtherLanguageOption = None,
    json_mode: JsonOption = False,
) -> int:
    """Hand the work in: it is judged once, and the same result comes back ever after."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.results.result import to_json  # noqa: PLC0415 - not for `--help`
    from grader.exam.results.submission_file import export_submission  # noqa: PLC0415 - as above
    from grader.exam.results.withheld import for_candidate, is_withheld  # noqa: PLC0415 - as above
    from grader.exam.sessions.at_hand import language_of  # noqa: PLC0415 - as above
    from grader.exam.sessions.submitting import submit_at_hand  # noqa: PLC0415 - as above

    around = here.surroundings()
    spoken = here.output.language = language or language_of(around, attempt_id)
    with shown_phases(here.output) as log:
        handed, seat = submit_at_hand(around, attempt_id, log)
    result = handed.result
    if not handed.first:
        here.output.say(say("before", spoken, attempt=result.attempt))
    file = _kept_report(here.output, around, result)
    if export:
        write_report(export, export_submission(around, result.attempt, pseudonym))
    told = for_candidate(result)
    here.output.document(
        {
            **to_json(told),
            "reasons_withheld": is_withheld(result),
            "first": handed.first,
            "report": file and str(file),
            "export": export and str(export.resolve()),
            "submitting": phases_document(log),
            "exam": seat_document(seat, around.clock()) if seat else None,
        }
    )
    shown = result_view(told, spoken, explain=not is_withheld(result))
    here.output.show(shown, *([say("report", spoken, file=file)] if file else []))
    if export:
        here.output.show(say("submission", spoken, file=export))
    if seat:
        told_next(here.output, seat)
    else:
        again = "submit" if result.verdict is Verdict.ERROR else "report"
        here.output.next_commands(
            f"grader {again} {result.attempt}", f"grader stop {result.attempt}"
        )
    return exit_code(result)


def _kept_report(output: Output, around: Surroundings, result: Result) -> Path | None:
    """Write the report; the result counts already, and is shown also where that fails."""
    try:
        return keep_report(around, result)
    except GraderError as error:
        output.say(say("no_report", output.language, error=error))
        return None


def exit_code(result: Result) -> ExitCode:
    """What a result tells the shell."""
    if result.verdict is Verdict.ERROR:
        return ExitCode.OUR_FAULT
    return ExitCode.PASSED if result.passed else ExitCode.NOT_PASSED
