"""Listing and showing scenarios."""

from __future__ import annotations

from dataclasses import replace
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


def test_new(grader: Grader, tmp_path: Path) -> None:
    """`scenarios new` writes a scenario, names its files, and says how many places are to be written."""
    folder = tmp_path / "mine"
    ran = grader("scenarios", "new", "my-task", "--scenarios", str(folder))
    assert ran.code == 0
    assert str(folder / "my-task" / "scenario.yaml") in ran.stdout
    assert "7 places are marked TODO" in ran.stderr
    assert f"grader scenarios show my-task --scenarios {folder}" in ran.stderr


def test_new_json(grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`scenarios new --json` has files and unfinished places; without a folder it writes into ./scenarios."""
    monkeypatch.chdir(tmp_path)
    document = grader("scenarios", "new", "my-task", "--json").document
    assert "scenarios/my-task/scenario.yaml" in document["files"]
    assert len(document["unfinished"]) == 7


def test_new_twice(grader: Grader, tmp_path: Path) -> None:
    """A second `scenarios new` of the same id is refused."""
    grader("scenarios", "new", "my-task", "--scenarios", str(tmp_path))
    assert grader("scenarios", "new", "my-task", "--scenarios", str(tmp_path)).code == 2


def test_show_tells_what_is_unfinished(
    grader: Grader, judge: FakeJudge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`scenarios show` of a scenario that is not finished lists the places on stderr and in JSON."""
    grader("scenarios", "new", "deploy-service", "--scenarios", str(tmp_path))
    load = judge.load

    def elsewhere(folder: Path, scenario_id: str, seed: int) -> Scenario:
        return replace(load(folder, scenario_id, seed), folder=tmp_path / scenario_id)

    monkeypatch.setattr(judge, "load", elsewhere)
    words = ("scenarios", "show", "deploy-service", "--scenarios", str(tmp_path))
    assert "scenario.yaml:4:3: TODO" in grader(*words).stderr
    assert len(grader(*words, "--json").document["unfinished"]) == 7


def test_schema(grader: Grader) -> None:
    """`scenarios schema` prints the schema, with or without `--json`."""
    document = grader("scenarios", "schema", "--json").document
    assert document["title"] == "grader scenario"
    assert grader("scenarios", "schema").document == document
