"""A result as a PDF for printing and filing, with the same words as the HTML page."""

# ruff: noqa: RUF001 - dashes, as the languages have them

from __future__ import annotations

import json
from pathlib import Path

from grader.exam.results.result import Result
from grader.model.text import Language
from grader.model.verdict import CheckResult, Verdict
from grader.report.guard_note import guard_note
from grader.report.html import facts
from grader.report.wording import MARKS, reasons, word

TEMPLATE = "attempt.typ"


def pdf_report(result: Result, *, templates: Path, language: Language | None = None) -> bytes:
    """The pages; tagged for screen readers (PDF/UA).

    Args:
        result: What to report.
        templates: The folder `reports`.
        language: Instead of the candidate's own.
    """
    import typst  # noqa: PLC0415 - a typesetter is not loaded for other reports

    language = language or result.language
    data = {
        "language": language.value,
        "heading": word("report", language),
        "title": result.title.in_(language) or result.scenario,
        "verdict": result.verdict.value,
        "verdict_text": word(f"verdict_{result.verdict.value}", language),
        "score": f"{result.points} / {result.max_points} {word('points', language)}",
        "facts": list(facts(result, language)),
        "checks_heading": word("checks", language),
        "checks": [_check(result, check, language) for check in result.checks],
        "trust_heading": word("trust", language),
        "trust": word("trust_graded" if result.candidate else "trust_practice", language),
        "footer": f"{result.attempt} · {result.evidence_digest[:23]}",
    }
    made = typst.compile(
        (templates / TEMPLATE).read_bytes(),
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(made) if made else b""


def _check(result: Result, check: CheckResult, language: Language) -> dict[str, object]:
    lost = check.verdict is Verdict.ERROR
    told = [(word(name, language), text) for name, text in reasons(check, language)]
    for part in check.parts:
        told += [
            (f"{part.title.in_(language)} – {word(name, language)}", text)
            for name, text in reasons(part, language)
        ]
    return {
        "title": check.title.in_(language) or check.id,
        "kind": guard_note(check, result.earned[check.id], language),
        "outcome": check.verdict.value,
        "mark": MARKS[check.verdict],
        "points": f"{'–' if lost else result.earned[check.id]} / {check.points}",
        "reasons": told,
    }
