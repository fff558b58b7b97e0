"""A check's outcome in plain lines, for formats that have no layout."""

from __future__ import annotations

from collections.abc import Iterator

from grader.model.text import Language
from grader.model.verdict import CheckResult
from grader.report.wording import reasons, word


def plain_reasons(check: CheckResult, language: Language) -> str:
    """Why it did not pass, one reason a line; "" where it passed."""
    return "\n".join(_lines(check, language))


def _lines(check: CheckResult, language: Language) -> Iterator[str]:
    for name, text in reasons(check, language):
        yield f"{word(name, language)}: {text}"
    for part in check.parts:
        for name, text in reasons(part, language):
            yield f"{part.title.in_(language)}: {word(name, language)}: {text}"
