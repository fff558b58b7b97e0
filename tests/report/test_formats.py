"""A result in the formats of other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pypdfium2
import pytest
from lxml import etree

from grader.exam.results.result import Result
from grader.model.text import Bilingual, Language
from grader.model.verdict import Verdict
from grader.report.csv import COLUMNS, csv_report, harmless
from grader.report.ctrf import ctrf_report
from grader.report.gradescope import gradescope_report
from grader.report.json import json_report
from grader.report.junit import junit_report
from grader.report.pdf import pdf_report
from grader.report.result_schema import result_schema
from grader.sandbox.settings import data_folder

from .samples import FAILED, FULL, MIXED, SPLIT

RESULTS = [FULL, MIXED, FAILED, SPLIT]
XSD = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))
REPORTS = data_folder("reports")

# What the format's specification asks for, in our own words.
_COUNT = {"type": "integer", "minimum": 0}
CTRF = {
    "type": "object",
    "required": ["reportFormat", "specVersion", "results"],
    "properties": {
        "reportFormat": {"const": "CTRF"},
        "specVersion": {"pattern": r"^\d+\.\d+\.\d+$"},
        "results": {
            "required": ["tool", "summary", "tests"],
            "properties": {
                "tool": {"required": ["name"], "properties": {"name": {"minLength": 1}}},
                "summary": {
                    "required": [
                        *("tests", "passed", "failed", "skipped"),
                        *("pending", "other", "start", "stop"),
                    ],
                    "additionalProperties": _COUNT,
                    "properties": {"extra": {"type": "object"}},
                },
                "tests": {
                    "items": {
                        "required": ["name", "status", "duration"],
                        "properties": {
                            "name": {"type": "string", "minLength": 1},
                            "status": {"enum": ["passed", "failed", "skipped", "pending", "other"]},
                            "duration": _COUNT,
                            "suite": {"type": "array", "minItems": 1},
                            "message": {"type": "string"},
                            "rawStatus": {"type": "string"},
                            "extra": {"type": "object"},
                        },
                        "additionalProperties": False,
                    }
                },
            },
            "additionalProperties": False,
        },
        "generatedBy": {"type": "string"},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize("result", RESULTS)
def test_junit_is_valid(result: Result) -> None:
    """The document is valid by JUnit's schema; a failed check is a failure and a fault of ours an error."""
    root = etree.fromstring(junit_report(result).encode())
    XSD.assertValid(root)
    count = {v: sum(c.verdict is v for c in result.checks) for v in Verdict}
    suite = root[0]
    assert suite.get("tests") == str(len(result.checks))
    assert suite.get("failures") == str(count[Verdict.FAILED])
    assert suite.get("errors") == str(count[Verdict.ERROR])


def test_junit_tells_why() -> None:
    """A failure says what was expected and seen; characters that XML can't hold do not break it."""
    bad = replace(FAILED.checks[1], title=Bilingual("a\x00<b>", "a\x00<b>"))
    root = etree.fromstring(junit_report(replace(FAILED, checks=(bad,))).encode())
    (failure,) = root.iter("failure")
    assert "1 pod prêt" in (failure.text or "")
    assert root[0][0].get("name") == "a\ufffd<b>"


def test_junit_without_checks() -> None:
    """Where nothing could be judged there is one test case with the fault."""
    root = etree.fromstring(junit_report(replace(MIXED, checks=(), trouble="gone")).encode())
    XSD.assertValid(root)
    assert root[0].get("errors") == "1"


@pytest.mark.parametrize("result", RESULTS)
def test_ctrf(result: Result) -> None:
    """The document is as the format asks for; a fault of ours is neither passed nor failed."""
    document = json.loads(ctrf_report(result))
    jsonschema.validate(document, CTRF)
    summary = document["results"]["summary"]
    assert summary["tests"] == len(result.checks)
    assert summary["other"] == sum(c.verdict is Verdict.ERROR for c in result.checks)
    assert summary["start"] < summary["stop"]


@pytest.mark.parametrize("result", RESULTS)
def test_gradescope(result: Result) -> None:
    """Points add up to the score; a result with a fault of ours has none, so that a person grades it."""
    document = json.loads(gradescope_report(result))
    tests = document["tests"]
    assert sum(t["max_score"] for t in tests) == result.max_points
    if result.verdict is Verdict.ERROR:
        assert "score" not in document
        assert any("status" not in t for t in tests)
    else:
        assert document["score"] == sum(t["score"] for t in tests) == result.points
        assert {t["status"] for t in tests} <= {"passed", "failed"}


def test_csv() -> None:
    """A row a check, with the points; texts of several lines stay in their cell."""
    rows = list(csv.DictReader(io.StringIO(csv_report(SPLIT, language=Language.ENGLISH))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["check"] for row in rows] == [c.id for c in SPLIT.checks]
    assert sum(int(row["points"]) for row in rows) == SPLIT.points
    assert "1 pod ready" in rows[1]["reasons"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\u3000=1",
        "\uff1d1",
        "|cmd",
        "\x00=1",
    ],
)
def test_no_formula(text: str) -> None:
    """What a spreadsheet might take for a formula is text in the file, in every cell that others write."""
    assert harmless(text).startswith("'")
    hostile = replace(
        FULL,
        candidate=text,
        scenario=text,
        checks=(replace(FULL.checks[0], id=text, title=Bilingual(text, text)),),
    )
    (row,) = list(csv.DictReader(io.StringIO(csv_report(hostile))))
    for column in ("candidate", "scenario", "check", "title"):
        assert row[column].startswith("'"), column


def test_harmless_is_left() -> None:
    """A name stays as it is."""
    assert harmless("Zoé Lefèvre-Montaigne") == "Zoé Lefèvre-Montaigne"


@pytest.mark.parametrize("result", RESULTS)
def test_json_by_its_schema(result: Result) -> None:
    """The JSON report is valid by the schema that is published."""
    schema = result_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json_report(result)), schema)


@pytest.mark.parametrize("missing", ["verdict", "checks", "points", "evidence"])
def test_schema_refuses(missing: str) -> None:
    """The schema refuses a document that lacks what a reader leans on."""
    document = json.loads(json_report(FULL))
    del document[missing]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, result_schema())


def _pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return " ".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize(
    ("make", "said"),
    [(lambda: FAILED, "1 pod prêt"), (lambda: MIXED, "À revoir"), (lambda: FULL, "Réussi")],
)
def test_pdf(make: Callable[[], Result], said: str) -> None:
    """The PDF says the verdict and the reasons, and nothing in a text is taken for markup."""
    hostile = replace(make(), candidate="#panic() *x* $y$ [z]")
    text = _pdf_text(pdf_report(hostile, templates=REPORTS))
    assert said in text
    assert "#panic() *x* $y$ [z]" in text
