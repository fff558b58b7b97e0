"""Judges recorded evidence again, with today's checks and without any cluster."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.judging.authoring.scenario_folder import load_scenario
from grader.judging.causes import goes_of
from grader.judging.judge import judge
from grader.judging.recorded.evidence import Evidence, made_by, read_evidence
from grader.model.rejudgement import Judged, Rejudgement
from grader.model.scenario import Scenario
from grader.model.verdict import CheckResult


def rejudge(path: Path, scenarios: Path, evidence: Evidence | None = None) -> Rejudgement:
    """Judge an evidence file again.

    Args:
        path: The evidence.
        scenarios: Where scenarios lie, one subfolder each.
        evidence: What the file holds, where it was read already.

    Raises:
        GraderError: usage, where the file is no evidence; scenario-unknown or scenario-invalid.
    """
    began = time.monotonic()
    evidence = evidence or read_evidence(path)
    scenario = scenario_of(evidence, scenarios)
    results = judge(scenario, evidence.observation, evidence.start)
    return rejudgement(path, evidence, scenario, results).timed(time.monotonic() - began)


def rejudgement(
    path: Path, evidence: Evidence, scenario: Scenario, results: tuple[CheckResult, ...]
) -> Rejudgement:
    """What the evidence records beside what was made of it now."""
    return Rejudgement(
        path=path,
        scenario=scenario.id,
        title=scenario.title,
        seed=evidence.seed,
        then=Judged(evidence.results, evidence.pass_percent, evidence.made_by),
        now=Judged(results, scenario.pass_percent, made_by(scenario), goes_of(results)),
    )


def same_as_recorded(
    path: Path, scenarios: Path, evidence: Evidence | None = None
) -> Sequence[str]:
    """What judging the evidence again makes different from what was made of it live; must be nothing.

    Everything of a result is compared: verdicts, points, titles, and the findings word by word.

    Args:
        path: The evidence.
        scenarios: Where scenarios lie, one subfolder each.
        evidence: What the file holds, where it was read already.

    Returns:
        A line for each difference, such as "pods-ready: failed, was passed".

    Raises:
        GraderError: usage, where the file is no evidence; scenario-unknown or scenario-invalid.
    """
    again = rejudge(path, scenarios, evidence)
    then = {result.id: result for result in again.then.results}
    now = {result.id: result for result in again.now.results}
    differences = [f"{check}: not judged again" for check in then if check not in now]
    for check, result in now.items():
        before = then.get(check)
        if before is None:
            differences.append(f"{check}: {result.verdict.value}, was not judged")
        elif result.verdict is not before.verdict:
            why = result.fault or (result.finding.seen.en if result.finding else "")
            found = f"{check}: {result.verdict.value}, was {before.verdict.value}"
            differences.append(f"{found} ({why})" if why else found)
        elif result != before:
            differences.append(f"{check}: {result} was {before}")
    if again.then.pass_percent != again.now.pass_percent:
        differences.append(f"pass mark: {again.now.pass_percent}, was {again.then.pass_percent}")
    return differences


def scenario_of(evidence: Evidence, scenarios: Path) -> Scenario:
    """Today's form of the scenario, with the attempt's seed and what was true of the services then."""
    scenario = load_scenario(
        scenarios, evidence.scenario, seed=evidence.seed, studio=evidence.studio
    )
    return replace(scenario, studio=evidence.studio)
