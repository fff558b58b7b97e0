"""Turns what went wrong into words on stderr, a JSON document, an exit code, and a log file for defects."""

from __future__ import annotations

import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.model.errors import Code, GraderError, InFrench
from grader.model.text import Language

if TYPE_CHECKING:
    from rich.text import Text

    from grader.cli.shown.output import Output


def report_error(error: GraderError, output: Output) -> int:
    """Show an error to the person, or to the machine in JSON mode; the exit code that it leads to."""
    output.document({"error": error_document(error)})
    output.tell(rendered(error, output.language))
    return int(error.code.exit_code)


def error_document(error: GraderError) -> dict[str, Any]:
    """An error as JSON data; fields that it does not have are null."""
    return {
        "code": error.code.slug,
        "what": error.what,
        "where": error.where,
        "hint": error.hint,
        "detail": error.detail,
    }


def rendered(error: GraderError, language: Language = Language.ENGLISH) -> Text:
    """An error for a person: what, where, the program's last words, and what to type.

    In French where the person reads it and the error is one that candidates meet.
    """
    from rich.text import Text  # noqa: PLC0415 - only when something went wrong

    french = error.french if language is Language.FRENCH else None
    words = _FRENCH if french else _ENGLISH
    said = french or InFrench(error.what, error.hint)
    text = Text()
    text.append(words["error"], style="bold red")
    text.append(f"[{error.code.slug}]{words['colon']}", style="red").append(said.what)
    if error.where:
        text.append(f"\n  {words['where']}{words['colon']}", style="dim").append(error.where)
    if error.detail:
        for line in error.detail.splitlines():
            text.append("\n  | ", style="dim").append(line)
    if said.hint:
        text.append(f"\n  {words['hint']}{words['colon']}", style="bold green").append(said.hint)
    return text


_ENGLISH = {"error": "error", "where": "where", "hint": "hint", "colon": ": "}
_FRENCH = {"error": "erreur", "where": "où", "hint": "à faire", "colon": " : "}


def defect(error: BaseException, *, traceback_wanted: bool) -> GraderError:
    """The error `internal` for an exception that nobody foresaw; its traceback goes into a log file."""
    trace = "".join(traceback.format_exception(error))
    if traceback_wanted:
        sys.stderr.write(trace)
    log = _logged(trace)
    return GraderError(
        Code.INTERNAL,
        f"the grader has a defect: {type(error).__name__}: {error}",
        where=str(log) if log else None,
        hint="attach that file when you report it"
        if log
        else "type the command again with --traceback before it",
    )


def _logged(trace: str) -> Path | None:
    from grader.sandbox.settings import settings  # noqa: PLC0415 - pydantic is slow to import

    moment = datetime.now(UTC)
    try:
        folder = settings().home / "logs"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = folder / f"defect-{moment:%Y%m%d-%H%M%S-%f}.log"
        command = " ".join(sys.argv)
        log.write_text(f"{moment.isoformat()}\n{command}\n{trace}", encoding="utf-8")
    except Exception:  # noqa: BLE001 - the defect itself must be told, whatever else is broken
        return None
    return log
