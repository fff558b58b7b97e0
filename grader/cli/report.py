"""`grader report`: a judged attempt's result as a document."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.invocation import JsonOption, invocation
from grader.cli.report_file import write_report
from grader.cli.task import OtherLanguageOption


class Format(StrEnum):
    """What a report can be written as."""

    HTML = "html"
    JSON = "json"


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
            help="Where to write it; - for stdout. HTML goes beside the evidence, JSON to stdout.",
        ),
    ] = None,
    language: OtherLanguageOption = None,
    json_mode: JsonOption = False,
) -> None:
    """Write the report of a submitted attempt."""
    here = invocation(context, json_mode=json_mode)
    from grader.exam.choice import chosen  # noqa: PLC0415 - not for `--help`
    from grader.exam.submit import latest_result  # noqa: PLC0415 - as above

    around = here.surroundings()
    result = latest_result(around, chosen(around, attempt_id).id)
    if form is Format.HTML:
        from grader.report.html import html_report  # noqa: PLC0415 - jinja2 is slow to import
        from grader.sandbox.settings import data_folder  # noqa: PLC0415 - pydantic too

        text = html_report(result, templates=data_folder("reports"), language=language)
        file = file or around.results_of(result.attempt) / "report.html"
    else:
        from grader.report.json import json_report  # noqa: PLC0415 - as above

        text = json_report(result)
    if file is None or str(file) == "-":
        if json_mode and form is Format.HTML:
            here.output.document({"report": None, "html": text})
        else:
            sys.stdout.write(text)
        return
    write_report(file, text)
    here.output.document({"report": str(file.resolve()), "format": form.value})
    here.output.show(f"report: {file}")
