"""`grader reset`: what a person and a machine are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli.shown.phase_words import FRENCH
from tests.exam.fakes import ResettingProvider

from .conftest import Grader


@pytest.fixture
def provider(tmp_path: Path) -> ResettingProvider:
    """What the commands start sandboxes with."""
    return ResettingProvider(tmp_path / "world")


def test_what_a_person_sees(grader: Grader, attempt: str) -> None:
    """Each phase with its time, that the attempt is back, and what to type."""
    ran = grader("reset")
    assert (ran.code, ran.stdout) == (0, f"la tentative {attempt} est revenue à son départ\n")
    for phase in ("reset", FRENCH["baseline"]):
        assert f"✓ {phase}  0," in ran.stderr
    assert f"ensuite :  grader task {attempt}" in ran.stderr


def test_in_english(grader: Grader) -> None:
    """A candidate who reads English is told in English."""
    attempt = grader("start", "deploy-service", "--lang", "en").stdout.split()[1]
    ran = grader("reset")
    assert ran.stdout == f"attempt {attempt} is back at its start\n"
    assert f"next:  grader task {attempt}" in ran.stderr


def test_json(grader: Grader, attempt: str) -> None:
    """The attempt, and each phase's seconds."""
    document = grader("reset", attempt, "--json").document
    assert (document["attempt"]["id"], document["attempt"]["state"]) == (attempt, "ready")
    assert [phase["name"] for phase in document["phases"]] == ["reset", "baseline"]
    assert document["total_s"] >= 0


def test_graded(grader: Grader) -> None:
    """A graded attempt is refused with the reason and the command that ends it."""
    grader("start", "deploy-service", "--candidate", "Zoé")
    ran = grader("reset")
    assert ran.code == 2
    assert "est notée, pour Zoé : son travail ne peut pas être annulé" in ran.stderr
    assert "grader submit" in ran.stderr
