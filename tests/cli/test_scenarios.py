"""Listing and showing scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.model.scenario import Scenario
from tests.exam.fakes import FakeJudge

from .conftest import Grader


def test_list(grader: Grader) -> None:
    """`scenarios` lists each with its title and minutes, and says what to type."""
    ran = grader("scenarios")
    assert ran.code == 0
    assert "deploy-service" in ran.stdout
    assert "Deploy the service" in ran.stdout
    assert "grader start deploy-service" in ran.stderr


def test_list_json(grader: Grader) -> None:
    """`scenarios --json` has both titles of each."""
    (entry,) = grader("scenarios", "--json").document["scenarios"]
    assert entry["title"] == {"fr": "Déployer le service", "en": "Deploy the service"}


def test_invalid_one_hides_no_other(
    grader: Grader, judge: FakeJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scenario with mistakes is named with them, beside those that are in order."""
    load = judge.load

    def strict(folder: Path, scenario_id: str, seed: int) -> Scenario:
        if scenario_id == "broken":
            raise GraderError(Code.SCENARIO_INVALID, "minutes: -1, allowed: 1 to 240")
        return load(folder, scenario_id, seed)

    monkeypatch.setattr(judge, "find", lambda _folder: ["broken", "deploy-service"])
    monkeypatch.setattr(judge, "load", strict)
    ran = grader("scenarios")
    assert ran.code == 2
    assert "deploy-service" in ran.stdout
    assert "error[scenario-invalid]: minutes: -1" in ran.stderr
    assert grader("scenarios", "--json").document["invalid"][0]["code"] == "scenario-invalid"


@pytest.mark.parametrize(("words", "asked"), [((), "Déployez"), (("--lang", "en"), "Deploy it")])
def test_show(grader: Grader, words: tuple[str, ...], asked: str) -> None:
    """`scenarios show` renders the statement in the language asked for."""
    assert asked in grader("scenarios", "show", "deploy-service", *words).stdout
    document = grader("scenarios", "show", "deploy-service", "--json", *words).document
    assert asked in document["statement"]


def test_show_unknown(grader: Grader) -> None:
    """A scenario that there is not gives scenario-unknown."""
    assert "error[scenario-unknown]" in grader("scenarios", "show", "nope").stderr
