"""A result as Gradescope's results.json, as an autograder there hands it in."""

from __future__ import annotations

import json
from typing import Any

from grader.exam.results.result import Result
from grader.model.text import Language
from grader.model.verdict import CheckResult, Verdict
from grader.report.lines import plain_reasons
from grader.report.wording import word


def gradescope_report(result: Result, *, language: Language | None = None) -> str:
    """The document.

    A check that ended in a fault of ours is neither passed nor failed: it has no status, and its text says so. A result
    with such a check has no whole score, which Gradescope shows as still to be graded.
    """
    language = language or result.language
    document: dict[str, Any] = {
        "output": word(f"verdict_{result.verdict.value}", language),
        "output_format": "text",
        "visibility": "visible",
        "tests": [_test(result, check, language) for check in result.checks],
        "extra_data": {"attempt": result.attempt, "evidence": result.evidence_digest},
    }
    if result.verdict is not Verdict.ERROR:
        document["score"] = result.points
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _test(result: Result, check: CheckResult, language: Language) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": check.title.in_(language) or check.id,
        "number": check.id,
        "max_score": check.points,
        "output": plain_reasons(check, language),
        "output_format": "text",
        "visibility": "visible",
    }
    if check.verdict is not Verdict.ERROR:
        test |= {"score": result.earned[check.id], "status": check.verdict.value}
    return test
