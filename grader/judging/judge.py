"""Judges an observation: runs a scenario's checks on it, anywhere and at any time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from grader.checks.wording import shown
from grader.judging.causes import Cause, gravest
from grader.judging.check_plugin import CheckPlugin, Sight
from grader.judging.collect import DeclaredCheck, check_files, collect_checks
from grader.judging.holding import held_long_enough
from grader.judging.observing.doer import with_doer
from grader.judging.observing.since import with_since
from grader.judging.outcome import Fault, Outcome
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
    plugin = CheckPlugin(scenario, lambda _checks: Sight(observation, start))
    run = run_pytest(scenario.folder, check_files(scenario.folder), plugin)
    if plugin.interrupted:
        raise KeyboardInterrupt
    trouble = plugin.internal_error or ("" if plugin.outcomes else run.output)
    return results(declared, plugin.outcomes.values(), observation, trouble)


def results(
    declared: Sequence[DeclaredCheck],
    outcomes: Iterable[Outcome],
    observation: Observation,
    trouble: str = "",
) -> tuple[CheckResult, ...]:
    """Put outcomes beside the checks that were declared.

    Args:
        declared: Every check, in the order of the results.
        outcomes: What pytest made of them.
        observation: What was judged: it tells since when, and how long a state had held.
        trouble: What else went wrong in the run: then no check has a verdict.
    """
    if trouble:
        return errors(declared, trouble, Cause.RUN_BROKEN)
    by_check: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_check[outcome.check].append(outcome)
    judged = [_result(check, by_check[check.id]) for check in declared]
    held = held_long_enough(declared, with_since(judged, observation), observation.held)
    return with_doer(held, observation)


def errors(
    declared: Sequence[DeclaredCheck], trouble: str, cause: Cause
) -> tuple[CheckResult, ...]:
    """Every check as an error of the same cause."""
    fault = Fault(cause, shown(trouble))
    return tuple(_made(check, Outcome(check.id), [fault]) for check in declared)


def _result(check: DeclaredCheck, outcomes: Sequence[Outcome]) -> CheckResult:
    if len(outcomes) > 1:
        text = f"the check ran {len(outcomes)} times, not once"
        return _made(check, Outcome(check.id), [Fault(Cause.NOT_ONCE, text)])
    outcome = outcomes[0] if outcomes else Outcome(check.id)
    return _made(check, outcome, outcome.faults(check.declaration.parts))


def _made(check: DeclaredCheck, outcome: Outcome, faults: Sequence[Fault]) -> CheckResult:
    declaration = check.declaration
    findings = [] if faults else outcome.findings
    verdict = Verdict.ERROR if faults else Verdict.FAILED if findings else Verdict.PASSED
    cause = Cause.WORK if findings else gravest(fault.cause for fault in faults)
    return CheckResult(
        id=check.id,
        title=declaration.title,
        points=declaration.points,
        guard=declaration.guard,
        verdict=verdict,
        finding=findings[0] if findings else None,
        fault="; ".join(fault.text for fault in faults),
        parts=outcome.parts(declaration.parts),
        cause=cause.slug if cause else "",
        unchanged_since=outcome.last_change if verdict is Verdict.PASSED else "",
    )
