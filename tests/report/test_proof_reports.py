"""A proof as JUnit XML, JSON and Markdown."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from lxml import etree
from markdown_it import MarkdownIt

from grader.judging.proof.claims import Group, Proof
from grader.model.verdict import Verdict
from grader.report.proof_json import proof_document, proof_schema
from grader.report.proof_junit import proof_junit
from grader.report.proof_markdown import proof_markdown
from grader.report.proof_wording import percent_text
from tests.report.proofs import BAD, BROKEN, GOOD, REFUSED, mutants, proof, scenario

ALL = proof(GOOD, BAD, BROKEN, REFUSED)
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))


def junit(of: Proof) -> etree._Element:
    """The JUnit document of a proof, valid by the schema."""
    root = etree.fromstring(proof_junit(of).encode())
    SCHEMA.assertValid(root)
    return root


def test_verdicts() -> None:
    """A scenario is proved with 95 of 100 mutants killed, not with 94; nothing shown is an error."""
    assert scenario(*mutants(95, 5)).verdict is Verdict.PASSED
    assert scenario(*mutants(94, 6)).verdict is Verdict.FAILED
    assert [one.verdict for one in ALL.scenarios] == [
        Verdict.PASSED,
        Verdict.FAILED,
        Verdict.ERROR,
        Verdict.ERROR,
    ]
    assert proof().verdict is Verdict.ERROR


def test_junit_is_valid_and_complete() -> None:
    """It has a suite a scenario, a case a claim, what failed as failures, what broke as errors, and no more."""
    root = junit(ALL)
    suites = {suite.get("name"): suite for suite in root}
    assert {
        name: (s.get("tests"), s.get("failures"), s.get("errors")) for name, s in suites.items()
    } == {
        "deploy-service": ("43", "0", "0"),
        "bad-one": ("7", "3", "0"),
        "broken-one": ("1", "0", "1"),
        "refused-one": ("1", "0", "1"),
    }
    (failure,) = suites["bad-one"].xpath("testcase[@name='wrong-way']/failure")
    assert failure.get("message") == "check <b>x</b> passes\ufffd and is declared to fail"
    assert failure.text.endswith("10 points are earned")


def test_accepted_survivors_do_not_break_a_build() -> None:
    """A survivor of a scenario that reaches its score is told, and no failure; of another it is one."""
    (survivor,) = junit(ALL).xpath("//testsuite[@name='deploy-service']/testcase[@name='alive 0']")
    assert survivor.findtext("system-out") == "survived: no check loses a point"
    assert survivor.find("failure") is None
    assert (
        len(
            junit(ALL).xpath(
                "//testsuite[@name='bad-one']//failure[@message='no check loses a point']"
            )
        )
        == 2
    )


def test_json_follows_its_schema() -> None:
    """The document is what its published schema says, and the schema refuses another."""
    document = json.loads(proof_document(ALL).model_dump_json())
    jsonschema.validate(document, proof_schema())
    assert document["mutation"] == {
        "killed": 42,
        "survived": 3,
        "percent": 93.33,
        "wanted_percent": 95,
    }
    assert [one["verdict"] for one in document["scenarios"]] == [
        "passed",
        "failed",
        "error",
        "error",
    ]
    assert document["scenarios"][0]["seconds"] == {"ready": 21.25, "verdict": 1.0}
    document["scenarios"][0]["claims"][0]["verdict"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, proof_schema())


def test_markdown_names_what_does_not_hold() -> None:
    """The page has a row a scenario, each problem with its reasons, what the author excepted, and no markup of others."""
    page = proof_markdown(ALL)
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(page)
    assert rendered.count("<tr>") == 5 + 4 * 3
    assert "<b>" not in rendered
    assert "mutant survives on the cluster: alive 0" in rendered
    assert "check &lt;b&gt;x&lt;/b&gt; passes" in rendered
    assert "Nobody asked for it" in rendered
    assert "no wrong answer and no mutant makes it fail" in rendered
    assert "Not proved here: the provider kind does not offer dns" in rendered
    assert "one | Service" in rendered


def test_a_score_is_never_rounded_up() -> None:
    """What did not reach the score is not shown as if it had."""
    assert percent_text(949, 51) == "94.9 %"
    assert percent_text(94_999, 5_001) == "94.9 %"
    assert percent_text(19, 1) == "95 %"
    assert percent_text(0, 0) == "-"


def test_times_are_medians_of_what_was_timed() -> None:
    """A scenario's time is the median over its claims on a cluster; none where nothing was timed."""
    assert GOOD.seconds("ready") == 21.25
    assert BROKEN.seconds("ready") is None
    assert GOOD.verdict_of(Group.WRONG) is None
