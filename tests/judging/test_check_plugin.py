"""What the fixtures of checks keep from one look to the next, and what they let go."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from grader.checks.indexed import IndexedObjects
from grader.judging.check_plugin import CheckPlugin, Sight, run_checks
from grader.judging.check_run import CheckRun
from grader.judging.collect import check_files, collect_checks
from grader.judging.guards import Comparison
from grader.judging.judge import judge, results
from grader.judging.pytest_run import run_pytest
from grader.model.observation import Observation, StartingPoint
from grader.model.scenario import Scenario
from grader.model.verdict import CheckResult, Verdict
from tests.judging.folder import ScenarioFolder
from tests.judging.world import World, baseline_world, solved_world

OLDER = """
@check(points=1, fr="avant", en="before")
def test_before(cluster, before, baseline):
    then = {one.deployment("routing").replicas for one in (baseline, before.cluster)}
    now = {cluster.deployment("routing").replicas}
    assert now == then
"""


def _start(replicas: int) -> StartingPoint:
    return StartingPoint.of(_with(baseline_world(), replicas))


def _with(world: World, replicas: int) -> Observation:
    world.get("apps/v1/Deployment", "routing")["spec"]["replicas"] = replicas
    return world.observation()


class _OneAfterAnother(CheckPlugin):
    """Runs the checks on one sight after another."""

    def __init__(self, scenario: Scenario, sights: Sequence[Sight]) -> None:
        super().__init__(scenario, lambda _checks: sights[0])
        self.sights = sights
        self.judged: list[tuple[CheckResult, ...]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        declared = collect_checks(self.scenario)
        for sight in self.sights:
            self.begin(self.scenario, sight)
            run_checks(session)
            self.judged.append(results(declared, self.outcomes.values(), sight.observation))
        return True


def test_another_start_is_another_comparison(scenario_folder: ScenarioFolder) -> None:
    """What was there before is that of the sight's own start, whatever was judged first."""
    scenario = scenario_folder.checks(OLDER)
    sights = [
        Sight(_with(solved_world(), now), _start(then))
        for now, then in [(2, 2), (2, 3), (3, 3), (3, 2)]
    ]
    plugin = _OneAfterAnother(scenario, sights)
    run_pytest(scenario.folder, check_files(scenario.folder), plugin)
    assert plugin.judged == [judge(scenario, s.observation, s.start) for s in sights]
    verdicts = [{r.id: r.verdict for r in one} for one in plugin.judged]
    as_before = [Verdict.PASSED, Verdict.FAILED, Verdict.PASSED, Verdict.FAILED]
    assert [one["two"] for one in verdicts] == as_before
    assert [one["before"] for one in verdicts] == as_before


def test_the_start_is_gone_through_once(
    scenario_folder: ScenarioFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not again for each look, nor for each check; what is seen now is gone through once for all checks."""
    indexed: list[object] = []
    compared: list[object] = []

    class Indexed(IndexedObjects):
        def __init__(self, objects: object) -> None:
            indexed.append(objects)
            super().__init__(objects)  # type: ignore[arg-type]

    class Compared(Comparison):
        def __init__(self, baseline: Observation, found: Observation | None = None) -> None:
            compared.append(baseline)
            super().__init__(baseline, found)

    monkeypatch.setattr("grader.judging.check_plugin.IndexedObjects", Indexed)
    monkeypatch.setattr("grader.judging.check_plugin.Comparison", Compared)
    scenario, start = scenario_folder.checks(OLDER), _start(2)
    looks = [_with(solved_world(), 2) for _ in range(3)]
    run = CheckRun(scenario, start)
    for look in looks:
        run.judge(lambda look=look: look)  # type: ignore[misc]
    run.close()
    gone_through = [id(one) for one in indexed]
    assert sorted(gone_through) == sorted(
        id(observation.objects) for observation in (start.before, *looks)
    )
    assert compared == [start.before]
