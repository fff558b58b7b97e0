"""A result on the terminal."""

from __future__ import annotations

import io

from rich.console import Console

from grader.cli.result_view import result_view
from grader.exam.result import Result
from grader.model.text import Language
from tests.report.samples import FULL, SPLIT


def shown(result: Result) -> str:
    """What a person sees, without colour."""
    stream = io.StringIO()
    Console(file=stream, width=100, color_system=None).print(result_view(result, Language.ENGLISH))
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
