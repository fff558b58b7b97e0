"""An exam's page says of each task what was signed, and what was recorded when it was judged."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.exam.results.result import Result
from grader.exam.signing.payload import stated
from grader.model.text import Language
from grader.report.exam_html import exam_html
from grader.sandbox.settings import data_folder
from tests.exam.certified import certified
from tests.exam.fakes import fake_surroundings


@pytest.fixture
def exam(tmp_path: Path) -> tuple[dict[str, object], dict[str, Result]]:
    """What was signed of an exam, and what was recorded of its tasks."""
    certification, results = certified(fake_surroundings(tmp_path))
    return stated(certification.signed), results


def _page(stated: dict[str, object], results: dict[str, Result]) -> str:
    """The page as its text, spaces put together."""
    page = exam_html(
        stated,
        results,
        name="Amélie Durand",
        key="0" * 64,
        templates=data_folder("reports"),
        language=Language.ENGLISH,
    )
    assert "<b>" not in page
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.partition("<body>")[2]))


def _task(page: str, attempt: str) -> str:
    """What the page says of one task."""
    return page.partition(f"· {attempt} ·")[2].partition(" points ")[2].partition("How far")[0]


def test_a_task_shows_expected_and_seen_and_its_parts(
    exam: tuple[dict[str, object], dict[str, Result]],
) -> None:
    """Each check has its title, and where it did not pass what was expected, what was seen and what its parts earned."""
    task = _task(_page(*exam), "aaaaaa")
    assert exam[1]["aaaaaa"].checks[0].title.en in task
    part = exam[1]["aaaaaa"].checks[1].parts[1]
    assert part.finding is not None
    for text in (
        part.title.en,
        f"Expected {part.finding.expected.en}",
        f"Seen {part.finding.seen.en}",
    ):
        assert text in task


def test_a_task_shows_what_the_candidate_did_and_the_time_used(
    exam: tuple[dict[str, object], dict[str, Result]],
) -> None:
    """The timeline of the audit log and the time are the task's own; the whole practice has their sum."""
    page = _page(*exam)
    task = _task(page, "aaaaaa")
    assert "Time used 7 min 28 s" in task
    assert "spec.replicas=1" in task
    assert "2026-11-23 14:52:03 UTC" in task
    assert "spec.replicas=1" not in page.partition("· bbbbbb ·")[2]
    assert re.search(r"Practice 50 % 80 % 14 min 56 s", page)


def test_a_decision_stands_beside_its_check(
    exam: tuple[dict[str, object], dict[str, Result]],
) -> None:
    """What an examiner decided is said with the reason, whatever characters that has."""
    assert "the tool had failed &lt;b&gt;" in _page(*exam).partition("· bbbbbb ·")[2]


@pytest.mark.parametrize("kept", ["nothing", "another judging"])
def test_what_is_not_of_the_signed_judging_is_not_shown(
    exam: tuple[dict[str, object], dict[str, Result]], kept: str
) -> None:
    """Where the records are gone, or are of other evidence, the page has what was signed alone."""
    signed, results = exam
    other = {name: replace(one, evidence_digest="sha256:other") for name, one in results.items()}
    page = _page(signed, {} if kept == "nothing" else other)
    assert "Expected" not in page
    assert "spec.replicas=1" not in page
    for check in results["aaaaaa"].checks:
        assert f" {check.id} " in page
