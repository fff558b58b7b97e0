"""Judges many observations of one scenario in a single run of pytest: collecting the checks costs most of one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import partial

from grader.judging.check_run import CheckRun
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
    with closing(CheckRun(scenario, start)) as checks:
        return [checks.judge(partial(_same, seen))[1] for seen in observations]


def _same(seen: Observation) -> Observation:
    return seen
