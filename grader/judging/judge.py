"""Judges an observation: runs a scenario's checks on it, anywhere and at any time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from grader.checks.wording import shown
from grader.judging.check_plugin import CheckPlugin, Sight
from grader.judging.collect import DeclaredCheck, check_files, collect_checks
from grader.judging.outcome import Outcome
from grader.judging.pytest_run import run_pytest
from grader.model.observation import Observation, StartingPoint
from grader.model.scenario import Scenario
from grader.model.verdict import CheckResult, Verdict


def judge(
    scenario: Scenario, observation: Observation, start: StartingPoint
) -> tuple[CheckResult, ...]:
    """The result of every check that the scenario declares, in the order of its files.

    A check that pytest did not run, ran twice or could not finish is an error of ours.

    Raises:
        GraderError: scenario-invalid, where the checks themselves have mistakes.
    """
    declared = collect_checks(scenario)
    sight = Sight(observation, start)
    plugin = CheckPlugin(scenario, lambda _checks: sight)
    run = run_pytest(scenario.folder, check_files(scenario.folder), plugin)
    if plugin.interrupted:
        raise KeyboardInterrupt
    trouble = plugin.internal_error or ("" if plugin.outcomes else run.output)
    return results(declared, plugin.outcomes.values(), trouble)


def results(
    declared: Sequence[DeclaredCheck], outcomes: Iterable[Outcome], trouble: str = ""
) -> tuple[CheckResult, ...]:
    """Put outcomes beside the checks that were declared.

    Args:
        declared: Every check, in the order of the results.
        outcomes: What pytest made of them.
        trouble: What else went wrong in the run: then no check has a verdict.
    """
    by_check: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_check[outcome.check].append(outcome)
    return tuple(_result(check, by_check[check.id], trouble) for check in declared)


def errors(declared: Sequence[DeclaredCheck], fault: str) -> tuple[CheckResult, ...]:
    """Every check as an error with the same cause."""
    return results(declared, (), fault)


def _result(check: DeclaredCheck, outcomes: Sequence[Outcome], trouble: str) -> CheckResult:
    parts = check.declaration.parts
    outcome = outcomes[0] if len(outcomes) == 1 else Outcome(check.id)
    faults = [shown(trouble)] if trouble else outcome.faults(parts)
    if not trouble and len(outcomes) != 1:
        faults = [f"the check ran {len(outcomes)} times, not once"]
    findings = [] if faults else outcome.findings
    verdict = Verdict.ERROR if faults else Verdict.FAILED if findings else Verdict.PASSED
    return CheckResult(
        id=check.id,
        title=check.declaration.title,
        points=check.declaration.points,
        guard=check.declaration.guard,
        verdict=verdict,
        finding=findings[0] if findings else None,
        fault="; ".join(faults),
        parts=outcome.parts(parts),
    )
