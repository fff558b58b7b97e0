"""Judges recorded evidence again, with today's checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.judging.evidence import Evidence, read_evidence
from grader.judging.judge import judge
from grader.judging.scenario_folder import load_scenario
from grader.model.scenario import Scenario
from grader.model.score import earned_points, score, verdict_of
from grader.model.verdict import CheckResult, Verdict


@dataclass(frozen=True)
class Rejudgement:
    """The old results and the new ones.

    Attributes:
        evidence: What was judged again.
        results: What today's checks make of it.
        pass_percent: Today's pass mark.
    """

    evidence: Evidence
    results: tuple[CheckResult, ...]
    pass_percent: int

    @property
    def verdict(self) -> Verdict:
        """Today's verdict of the whole."""
        return verdict_of(self.results, self.pass_percent)

    @property
    def points(self) -> tuple[int, int]:
        """Points earned then and now."""
        return score(self.evidence.results).earned, score(self.results).earned

    @property
    def changed(self) -> Mapping[str, tuple[int, int]]:
        """Checks that earn other points now: points then and now, by id."""
        then, now = earned_points(self.evidence.results), earned_points(self.results)
        return {
            check: (then.get(check, 0), now.get(check, 0))
            for check in [*then, *(check for check in now if check not in then)]
            if then.get(check, 0) != now.get(check, 0)
        }


def rejudge(path: Path, scenarios: Path) -> Rejudgement:
    """Judge an evidence file again, without any cluster.

    Args:
        path: The evidence.
        scenarios: Where scenarios lie, one subfolder each.

    Raises:
        GraderError: usage, where the file is no evidence; scenario-unknown or scenario-invalid.
    """
    evidence = read_evidence(path)
    scenario = scenario_of(evidence, scenarios)
    results = judge(scenario, evidence.observation, evidence.start)
    return Rejudgement(evidence, results, scenario.pass_percent)


def scenario_of(evidence: Evidence, scenarios: Path) -> Scenario:
    """Today's form of the scenario, with the attempt's seed and what was true of the services then."""
    scenario = load_scenario(scenarios, evidence.scenario, seed=evidence.seed)
    return replace(scenario, studio=evidence.studio)
