"""A new scenario: it works from its first moment, and says what is still to be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.judging.authoring.scenario_folder import load_scenario
from grader.judging.authoring.skeleton import unfinished, write_skeleton
from grader.judging.authoring.statement import statement
from grader.judging.judge import judge
from grader.model.errors import Code, GraderError
from grader.model.observation import HttpProbe, StartingPoint
from grader.model.scenario import Scenario
from grader.model.studio import NAMESPACE
from grader.model.text import Language
from grader.model.verdict import Verdict
from grader.sandbox.settings import data_folder
from tests.judging.world import SCENARIOS, STUDIO, World, install, studio_world

OTHERS = STUDIO.except_("routing")
HEALTH = HttpProbe(NAMESPACE, "routing", "http", "/health")


def world(replicas: int) -> World:
    """The studio with so many pods of routing."""
    made = studio_world(*OTHERS)
    # Scaling by hand is not in the history of the release.
    install(made, STUDIO.services["routing"], replicas=replicas, helm=False)
    return made


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """A new scenario, as it is before anybody went on writing it."""
    write_skeleton(tmp_path, "my-task")
    return load_scenario(tmp_path, "my-task", seed=3)


def test_it_loads_and_reads_well(scenario: Scenario) -> None:
    """It is valid, named as asked, has a right and a wrong answer, and a statement in both languages."""
    assert (scenario.id, scenario.folder.name) == ("my-task", "my-task")
    assert [answer.right for answer in scenario.answers] == [True, False]
    for language, task in (
        (Language.FRENCH, "Faites tourner"),
        (Language.ENGLISH, "Run `routing`"),
    ):
        text = statement(scenario, language)
        assert f"**{scenario.parameters['replicas']} pods**" in text
        assert task in text
        assert "TODO" not in text
    assert (scenario.folder / "test_my_task.py").is_file()


def test_it_judges(scenario: Scenario) -> None:
    """Untouched the objective fails and the guard holds; with the pods asked for, all points are earned."""
    start = StartingPoint.of(world(1).observation())
    wanted = int(str(scenario.parameters["replicas"]))

    def verdicts(replicas: int) -> list[Verdict]:
        seen = world(replicas).observation([HEALTH])
        return [result.verdict for result in judge(scenario, seen, start)]

    assert verdicts(1) == [Verdict.FAILED, Verdict.PASSED]
    assert verdicts(wanted) == [Verdict.PASSED, Verdict.PASSED]
    assert verdicts(wanted + 1)[0] is Verdict.FAILED


def test_what_is_unfinished_is_told_with_its_place(scenario: Scenario) -> None:
    """Each mark is told as file:line:column and what is to be written; product scenarios have none."""
    marks = unfinished(scenario.folder)
    files = {Path(mark.file).name for mark in marks}
    assert files == {
        "scenario.yaml",
        "statement.fr.md",
        "statement.en.md",
        "test_my_task.py",
        "right-kubectl-scale.sh",
        "wrong-looked-only.sh",
    }
    first = next(mark for mark in marks if mark.file.endswith("scenario.yaml"))
    assert str(first).endswith("scenario.yaml:4:3: TODO: what candidates and examiners call it.")
    assert unfinished(SCENARIOS / "deploy-service") == []


def test_editors_find_the_schema(tmp_path: Path, scenario: Scenario) -> None:
    """The first line leads to a schema that is there, from a folder of one's own and from the product's."""
    for folder in (scenario.folder, data_folder("fixtures") / "skeleton"):
        line = (folder / "scenario.yaml").read_text().splitlines()[0]
        path = folder / line.removeprefix("# yaml-language-server: $schema=")
        assert path.resolve().is_file(), line
    assert (tmp_path / "scenario.schema.json").is_file()


@pytest.mark.parametrize("name", ["My-Task", "", "a b", "../x", "x" * 41, "1st", "a--b", "-a"])
def test_ids_that_can_t_be(tmp_path: Path, name: str) -> None:
    """An id that the file could not have is refused with what is allowed, and nothing is written."""
    with pytest.raises(GraderError, match="can't be a scenario's id") as raised:
        write_skeleton(tmp_path, name)
    assert raised.value.code is Code.USAGE
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path, scenario: Scenario) -> None:
    """A scenario that is there stays as it is."""
    with pytest.raises(GraderError, match="already something called my-task"):
        write_skeleton(tmp_path, scenario.id)


def test_a_folder_that_can_t_be_written(tmp_path: Path) -> None:
    """A place where nothing can be written is an error of use, with the path."""
    (tmp_path / "file").touch()
    with pytest.raises(GraderError, match="can't be written") as raised:
        write_skeleton(tmp_path / "file", "my-task")
    assert raised.value.where == str(tmp_path / "file" / "my-task")
