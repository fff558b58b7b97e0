"""A result on the terminal."""

from __future__ import annotations

import io

from rich.console import Console

from grader.cli.shown.result_view import result_view
from grader.exam.results.result import Result
from grader.model.text import Language
from tests.report.samples import FAILED, FULL, SPLIT


def shown(result: Result, *, explain: bool = True) -> str:
    """What a person sees, without colour."""
    stream = io.StringIO()
    view = result_view(result, Language.ENGLISH, explain=explain)
    Console(file=stream, width=100, color_system=None).print(view)
    return stream.getvalue()


def test_parts_stand_below_their_check() -> None:
    """A split check that failed shows each part with its outcome and points, and a common reason once."""
    lines = [" ".join(line.split()) for line in shown(SPLIT).splitlines()]
    assert any(line.startswith("✗ All pods") and line.endswith("2 / 5") for line in lines)
    assert "✓ The image (2 / 2)" in lines
    assert "✗ Ready (0 / 2)" in lines
    assert "✗ The pods (0 / 1)" in lines
    assert sum("interrupts the service" in line for line in lines) == 1


def test_passed_checks_say_no_more_than_that() -> None:
    """A check that passed is one line."""
    assert len([line for line in shown(FULL).splitlines() if line.strip()]) == len(FULL.checks) + 2


def test_reasons_have_their_time() -> None:
    """Why a check failed is shown with since when."""
    assert "Since" in shown(FAILED)
    assert "2026-11-23 14:55:01 UTC" in shown(FAILED)


def test_a_graded_exam_keeps_the_reasons_for_the_report() -> None:
    """Without explanations each check is one line with its points, and a last one says where they are."""
    text = shown(SPLIT, explain=False)
    assert "Without a second pod" not in text
    assert "The image" not in text
    assert "2 / 5" in text
    assert "is in the examiner" in text
