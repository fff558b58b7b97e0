"""Many observations judged in one run of pytest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.judging.judge import judge
from grader.judging.recorded.judge_series import judge_series
from grader.model.observation import StartingPoint
from grader.model.scenario import Scenario
from grader.model.verdict import Verdict
from tests.judging.folder import ScenarioFolder
from tests.judging.world import baseline_world, solved_world

STATEFUL = """
SEEN = []


@pytest.fixture(scope="module")
def asked():
    return []


@check(points=1, fr="trois", en="three")
def test_three(cluster, asked):
    asked.append(cluster)
    count, exists = len(asked), cluster.deployment("geolocation").exists
    assert count == 1
    assert exists
"""


LASTING = """
@check(points=1, fr="dure", en="lasts", holds_for=5)
def test_lasting(cluster):
    exists = cluster.deployment("geolocation").exists
    assert exists
"""


def _worlds() -> StartingPoint:
    return StartingPoint.of(baseline_world().observation())


def test_as_one_by_one(scenario_folder: ScenarioFolder) -> None:
    """Each observation gets the very results that it gets when it is judged alone, fixtures of modules included."""
    scenario = scenario_folder.checks(STATEFUL + LASTING)
    start = _worlds()
    observations = [baseline_world().observation(), solved_world().observation()]
    observations += [observations[0], replace(observations[1], held={"lasting": 9.0})]
    alone = [judge(scenario, observation, start) for observation in observations]
    assert judge_series(scenario, observations, start) == alone
    assert {r.verdict for r in alone[3]} == {Verdict.PASSED}
    assert alone[0] != alone[1]


def test_nothing_to_judge(scenario_folder: ScenarioFolder) -> None:
    """No observation, no result."""
    assert judge_series(scenario_folder.load(), [], _worlds()) == []


@pytest.mark.parametrize(
    "body",
    [
        "@check(points=1, fr='x', en='x')\ndef test_three():\n    raise SystemExit(3)\n",
        "@check(points=1, fr='x', en='x')\ndef test_three():\n    pytest.exit('enough')\n",
    ],
)
def test_a_run_that_ends_early_is_an_error(scenario_folder: ScenarioFolder, body: str) -> None:
    """Where pytest does not get to the end of every observation, no check of any gets a verdict that counts."""
    scenario: Scenario = scenario_folder.checks(body)
    make: Callable[[], StartingPoint] = _worlds
    seen = solved_world().observation()
    for results in judge_series(scenario, [seen, seen], make()):
        assert Verdict.ERROR in {result.verdict for result in results}
