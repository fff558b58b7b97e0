"""Judges a piece of work: once and for all, or for practice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from grader.checks.wording import shown
from grader.judging.causes import goes_of
from grader.judging.clock import Clock, RealClock
from grader.judging.convergence import Convergence
from grader.judging.observing.doer import with_doer
from grader.judging.recorded.evidence import Evidence, write_evidence
from grader.model.audit import AuditExtract, AuditFinding
from grader.model.observation import Observation, StartingPoint
from grader.model.scenario import Scenario
from grader.model.submission import Round, Submission
from grader.model.text import Language
from grader.sandbox.protocol import Sandbox


def submit(
    sandbox: Sandbox,
    scenario: Scenario,
    start: StartingPoint,
    *,
    folder: Path,
    language: Language = Language.FRENCH,
    on_round: Callable[[Round], None] | None = None,
    clock: Clock | None = None,
) -> Submission:
    """Judge the work and record what it was judged on.

    A sandbox that breaks in the middle gives the verdict `error`, with no evidence where nothing
    could be seen; the work can then be submitted again.

    Args:
        sandbox: The candidate's sandbox.
        scenario: With the attempt's parameters drawn.
        start: What `set_stage` saw before the candidate began.
        folder: Where the evidence goes; made if it is not there.
        language: What the candidate reads.
        on_round: Called after each look at the sandbox.
        clock: Tells the time.

    Raises:
        GraderError: scenario-invalid, where the checks have mistakes; disk-full or judging-failed,
            where the evidence can't be written: no point counts without it.
    """
    clock = clock or RealClock()
    submission, observation = _judge(sandbox, scenario, start, language, on_round, clock)
    if observation is None:
        return submission
    before = clock.now()
    evidence = Evidence.of(scenario, start, observation, submission)
    path = write_evidence(folder, evidence)
    seconds = clock.now() - before
    return replace(
        submission,
        evidence=path,
        seconds=submission.seconds + seconds,
        phases={**submission.phases, "evidence": seconds},
    )


def practice_check(
    sandbox: Sandbox,
    scenario: Scenario,
    start: StartingPoint,
    *,
    language: Language = Language.FRENCH,
    on_round: Callable[[Round], None] | None = None,
    clock: Clock | None = None,
) -> Submission:
    """Judge as `submit` does, recording nothing.

    Raises:
        GraderError: scenario-invalid, where the checks have mistakes.
    """
    return _judge(sandbox, scenario, start, language, on_round, clock or RealClock())[0]


def _judge(
    sandbox: Sandbox,
    scenario: Scenario,
    start: StartingPoint,
    language: Language,
    on_round: Callable[[Round], None] | None,
    clock: Clock,
) -> tuple[Submission, Observation | None]:
    began = clock.now()
    judging = Convergence(sandbox, scenario, start, clock, on_round or (lambda _round: None))
    judging.run()
    observation = judging.observation
    if observation is not None:
        observation = replace(observation, audit=_audit(sandbox, start))
        judging.results = with_doer(judging.results, observation)
    submission = Submission(
        scenario=scenario.id,
        seed=scenario.seed,
        language=language,
        taken_at=observation.taken_at if observation else "",
        results=judging.results,
        pass_percent=scenario.pass_percent,
        rounds=judging.rounds,
        seconds=clock.now() - began,
        phases=judging.phases,
        trouble=judging.trouble,
        goes=goes_of(judging.results),
        audit=observation.audit if observation else None,
    )
    return submission, observation


def _audit(sandbox: Sandbox, start: StartingPoint) -> AuditExtract:
    """Who changed what; where that can't be told it is a finding, and no verdict depends on it."""
    try:
        return sandbox.audit(start.found.taken_at)
    except Exception as error:  # noqa: BLE001 - whatever it is, the work was judged without it
        detail = shown(f"{type(error).__name__}: {error}")
        return AuditExtract(findings=(AuditFinding("absent", "", detail),))
