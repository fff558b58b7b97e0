"""A result as CSV, a row a check; no cell of it is taken for a formula."""

from __future__ import annotations

import csv
import io

from grader.exam.results.result import Result
from grader.model.text import Language
from grader.report.lines import plain_reasons

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a spreadsheet may take for the beginning of a formula."""

COLUMNS = (
    "attempt",
    "candidate",
    "scenario",
    "check",
    "title",
    "kind",
    "outcome",
    "points",
    "max_points",
    "reasons",
    "evidence",
)


def csv_report(result: Result, *, language: Language | None = None) -> str:
    """The rows below a head; as RFC 4180 has it."""
    language = language or result.language
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for check in result.checks:
        writer.writerow(
            [
                harmless(result.attempt),
                harmless(result.candidate),
                harmless(result.scenario),
                harmless(check.id),
                harmless(check.title.in_(language)),
                "guard" if check.guard else "objective",
                check.verdict.value,
                result.earned[check.id],
                check.points,
                harmless(plain_reasons(check, language)),
                result.evidence_digest,
            ]
        )
    return out.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: where it might, an apostrophe comes first."""
    cleaned = text.replace("\x00", "")
    # Blanks before the sign, full-width signs among them, do not keep a spreadsheet from it.
    bare = cleaned.lstrip(" \u00a0\u3000\ufeff")
    risky = bare.startswith((*_FORMULA, "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    return f"'{cleaned}" if risky else cleaned
