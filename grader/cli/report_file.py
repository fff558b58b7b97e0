"""Writes an attempt's report where its result is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.errors import Code, GraderError

if TYPE_CHECKING:
    from grader.exam.results.result import Result
    from grader.exam.surroundings import Surroundings


def keep_report(around: Surroundings, result: Result) -> Path:
    """Write the HTML report beside the evidence, as a candidate may read it, and return its path."""
    from grader.exam.results.withheld import for_candidate, is_withheld  # noqa: PLC0415 - as below
    from grader.report.html import html_report  # noqa: PLC0415 - jinja2 is slow to import
    from grader.sandbox.settings import data_folder  # noqa: PLC0415 - as above

    file = around.results_of(result.attempt) / "report.html"
    text = html_report(
        for_candidate(result), templates=data_folder("reports"), withheld=is_withheld(result)
    )
    write_report(file, text)
    return file


def write_report(file: Path, content: str | bytes) -> None:
    """Write a report. Raises GraderError usage where the file can't be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # As bytes: CSV has line ends of its own.
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise GraderError(
            Code.USAGE, f"the report can't be written: {error}", where=str(file), hint="-o FILE"
        ) from error
