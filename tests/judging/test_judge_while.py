"""The checks are imported while the sandbox is observed, and judged once it was."""

from __future__ import annotations

import threading

import pytest

from grader.judging.check_plugin import CheckPlugin
from grader.judging.judge import NotSeen, judge, judge_while
from grader.model.observation import Observation, StartingPoint
from tests.judging.folder import ScenarioFolder
from tests.judging.world import solved_world

OBSERVATION = solved_world().observation()
START = StartingPoint.of(OBSERVATION)


def test_looking_begins_before_the_checks_are_there(
    scenario_folder: ScenarioFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look is under way when pytest imports the checks, and what it comes to is what is judged."""
    scenario = scenario_folder.load()
    expected = judge(scenario, OBSERVATION, START)
    begun, collected = threading.Event(), threading.Event()

    class Watching(CheckPlugin):
        def pytest_collection(self) -> None:
            assert begun.wait(20), "nobody looks yet"
            collected.set()

    def observe() -> Observation:
        begun.set()
        assert collected.wait(20), "the checks wait for the look"
        return OBSERVATION

    monkeypatch.setattr("grader.judging.judge.CheckPlugin", Watching)
    assert judge_while(scenario, observe, START) == (OBSERVATION, expected)


def test_what_keeps_it_from_being_seen_is_raised(scenario_folder: ScenarioFolder) -> None:
    """No check runs on nothing: the reason comes out as it was."""
    reason = OSError("no route")

    def observe() -> Observation:
        raise reason

    with pytest.raises(NotSeen, match="no route") as raised:
        judge_while(scenario_folder.load(), observe, START)
    assert raised.value.reason is reason
