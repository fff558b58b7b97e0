"""`grader report`: a judged attempt's result as a document."""

# ruff: noqa: PLR0917 - a command's options are its arguments

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.report_file import write_report
from grader.cli.shown.attempt_words import say
from grader.cli.task import OtherLanguageOption
from grader.model.text import Language

if TYPE_CHECKING:
    from grader.cli.invocation import Invocation
    from grader.exam.results.result import Result


class Format(StrEnum):
    """What a report can be written as."""

    HTML = "html"
    JSON = "json"
    JUNIT = "junit"
    CTRF = "ctrf"
    GRADESCOPE = "gradescope"
    CSV = "csv"
    PDF = "pdf"


def report(
    context: typer.Context,
    attempt_id: Annotated[str, typer.Argument(metavar="ATTEMPT", help="The attempt's id.")],
    form: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.HTML,
    file: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            dir_okay=False,
            show_default=False,
            help="Where to write it; - for stdout. HTML and PDF go beside the evidence, the others to stdout.",
        ),
    ] = None,
    examiner: Annotated[
        bool,
        typer.Option(
            "--examiner",
            help="Of a graded attempt, also why checks failed, and who changed what.",
        ),
    ] = False,
    language: OtherLanguageOption = None,
    json_mode: JsonOption = False,
) -> None:
    """Write the report of a submitted attempt."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.attempts.choice import chosen  # noqa: PLC0415 - not for `--help`
    from grader.exam.attempts.submit import latest_result  # noqa: PLC0415 - as above
    from grader.exam.results.withheld import for_candidate, is_withheld  # noqa: PLC0415 - as above

    around = here.surroundings()
    result = latest_result(around, chosen(around, attempt_id).id)
    withheld = is_withheld(result) and not examiner
    if withheld:
        result = for_candidate(result)
    if file is None and form in {Format.HTML, Format.PDF}:
        name = "report-examiner" if examiner else "report"
        file = around.results_of(result.attempt) / f"{name}.{form.value}"
    content = _content(form, result, language, withheld=withheld)
    if file is None or str(file) == "-":
        _to_stdout(here, form, content)
        return
    write_report(file, content)
    here.output.document(
        {"report": str(file.resolve()), "format": form.value, "reasons_withheld": withheld}
    )
    here.output.language = language or result.language
    here.output.show(say("report", here.output.language, file=file))
    if withheld:
        here.output.next_commands(f"grader report {result.attempt} --examiner")


def _content(
    form: Format, result: Result, language: Language | None, *, withheld: bool
) -> str | bytes:
    # Each format brings libraries of its own: only the one asked for is loaded.
    from importlib import import_module  # noqa: PLC0415 - as above

    from grader.sandbox.settings import data_folder  # noqa: PLC0415 - pydantic is slow to import

    write = getattr(import_module(f"grader.report.{form.value}"), f"{form.value}_report")
    match form:
        case Format.HTML:
            templates = data_folder("reports")
            made: str | bytes = write(
                result, templates=templates, language=language, withheld=withheld
            )
        case Format.PDF:
            made = write(result, templates=data_folder("reports"), language=language)
        case Format.JSON:
            made = write(result)
        case _:
            made = write(result, language=language)
    return made


def _to_stdout(here: Invocation, form: Format, content: str | bytes) -> None:
    if isinstance(content, bytes):
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    elif here.output.json_mode and form is not Format.JSON:
        here.output.document({"report": None, form.value: content})
    else:
        sys.stdout.write(content)
