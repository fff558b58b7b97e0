"""A result in the Common Test Report Format, for dashboards that read it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from grader.exam.results.result import Result
from grader.model.text import Language
from grader.model.verdict import CheckResult, Verdict
from grader.report.lines import plain_reasons

SPECIFICATION = "0.0.0"
"""The version of the format's specification that is followed."""

# A fault of ours is neither passed nor failed.
_STATUS = {Verdict.PASSED: "passed", Verdict.FAILED: "failed", Verdict.ERROR: "other"}


def ctrf_report(result: Result, *, language: Language | None = None) -> str:
    """The document, a test a check."""
    language = language or result.language
    tests = [_test(result, check, language) for check in result.checks]
    count = {status: sum(t["status"] == status for t in tests) for status in _STATUS.values()}
    document = {
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "generatedBy": "grader",
        "results": {
            "tool": {"name": "grader", "version": result.grader or "unknown"},
            "summary": {
                "tests": len(tests),
                **count,
                "pending": 0,
                "skipped": 0,
                "start": _milliseconds(result.started_at),
                "stop": _milliseconds(result.submitted_at),
                "extra": {
                    "attempt": result.attempt,
                    "verdict": result.verdict.value,
                    "points": result.points,
                    "maxPoints": result.max_points,
                },
            },
            "tests": tests,
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _test(result: Result, check: CheckResult, language: Language) -> dict[str, Any]:
    told = plain_reasons(check, language)
    return {
        "name": check.title.in_(language) or check.id,
        "status": _STATUS[check.verdict],
        # All checks look at one observation: none has a time of its own.
        "duration": 0,
        "suite": [result.scenario],
        "rawStatus": check.verdict.value,
        **({"message": told} if told else {}),
        "extra": {
            "id": check.id,
            "points": result.earned[check.id],
            "maxPoints": check.points,
            "guard": check.guard,
        },
    }


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000) if moment else 0
