"""A result as JUnit XML: a suite for the scenario, a test case a check."""

from __future__ import annotations

import re

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from grader.exam.results.result import Result
from grader.model.text import Language
from grader.model.verdict import CheckResult, Verdict
from grader.report.lines import plain_reasons

# What XML 1.0 can't hold, not even escaped.
_UNFIT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_report(result: Result, *, language: Language | None = None) -> str:
    """The document. A check that failed is a failure; one that ended in a fault of ours is an error."""
    language = language or result.language
    suite = TestSuite(_fit(result.scenario))
    for check in result.checks:
        suite.add_testcase(_case(result, check, language))
    if result.trouble and not result.checks:
        case = TestCase("judging", _fit(result.scenario), 0.0)
        case.result = [Error(_fit(result.trouble), "error")]
        suite.add_testcase(case)
    # Its own types are half-written: these functions take and give nothing that could be mistaken.
    suite.update_statistics()  # type: ignore[no-untyped-call]
    document = JUnitXml("grader")
    document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]
    text = str(document.tostring().decode())  # type: ignore[no-untyped-call]
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _case(result: Result, check: CheckResult, language: Language) -> TestCase:
    case = TestCase(
        _fit(check.title.in_(language) or check.id), f"{result.scenario}.{check.id}", 0.0
    )
    why = _fit(plain_reasons(check, language))
    first = why.partition("\n")[0]
    if check.verdict is Verdict.FAILED:
        case.result = [_told(Failure(first, "failed"), why)]
    elif check.verdict is Verdict.ERROR:
        case.result = [_told(Error(first or check.fault, "error"), why)]
    points = f"{result.earned[check.id]} / {check.points}"
    case.system_out = f"points: {points}"
    return case


def _told(outcome: Failure | Error, text: str) -> Failure | Error:
    outcome.text = text
    return outcome


def _fit(text: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
