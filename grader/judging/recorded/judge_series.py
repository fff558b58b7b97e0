"""Judges many observations of one scenario in a single run of pytest: collecting the checks costs most of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from grader.judging.check_plugin import CheckPlugin, Sight, run_checks
from grader.judging.collect import check_files, collect_checks
from grader.judging.judge import results
from grader.judging.outcome import Outcome
from grader.judging.pytest_run import run_pytest
from grader.model.observation import Observation, StartingPoint
from grader.model.scenario import Scenario
from grader.model.verdict import CheckResult


def judge_series(
    scenario: Scenario, observations: Sequence[Observation], start: StartingPoint
) -> list[tuple[CheckResult, ...]]:
    """What `judge` says of each observation, in their order.

    The checks' modules are imported once for all of them, their fixtures made anew for each.

    Raises:
        GraderError: scenario-invalid, where the checks themselves have mistakes.
    """
    if not observations:
        return []
    declared = collect_checks(scenario)
    sights = [Sight(observation, start) for observation in observations]
    plugin = _SeriesPlugin(scenario, lambda _checks: sights[0], sights=sights)
    run = run_pytest(scenario.folder, check_files(scenario.folder), plugin)
    if plugin.interrupted:
        raise KeyboardInterrupt
    trouble = plugin.internal_error or ("" if len(plugin.taken) == len(sights) else run.output)
    if trouble:
        return [results(declared, (), sight.observation, trouble) for sight in sights]
    return [
        results(declared, outcomes.values(), sight.observation)
        for outcomes, sight in zip(plugin.taken, sights, strict=True)
    ]


@dataclass
class _SeriesPlugin(CheckPlugin):
    """Runs every check on each sight in turn.

    Args:
        sights: What is judged.
        taken: The outcomes of each sight that was judged to its end.
    """

    sights: Sequence[Sight] = ()
    taken: list[dict[str, Outcome]] = field(default_factory=list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> object:
        """Instead of pytest's own loop, as many of it as there are sights."""
        if session.testsfailed:
            return None
        for sight in self.sights:
            self.begin(self.scenario, sight)
            run_checks(session)
            self.taken.append(self.outcomes)
        return True
