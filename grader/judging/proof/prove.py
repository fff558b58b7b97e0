"""Proves scenarios: runs several of their trials at a time, and puts the claims together."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import grader
from grader.judging.authoring.skeleton import unfinished
from grader.judging.collect import DeclaredCheck, collect_checks
from grader.judging.digests import grader_digest
from grader.judging.proof.claims import Claim, Ground, Group, Proof, ProvenCheck, ScenarioProof
from grader.judging.proof.excepted import unused
from grader.judging.proof.goals import goals
from grader.judging.proof.lease import Sandboxes
from grader.judging.proof.scenario_trials import ScenarioTrials
from grader.judging.proof.schedule import OnClaim, Progress, Schedule
from grader.model.verdict import Verdict


def prove(
    planned: Sequence[ScenarioTrials],
    sandboxes: Sandboxes,
    *,
    provider: str,
    jobs: int = 1,
    on_claim: OnClaim = lambda _scenario, _claim: None,
) -> Proof:
    """Make every trial, and end every sandbox.

    Args:
        planned: One a scenario, in the order of the proof.
        sandboxes: Where the trials are made; closed at the end, whatever happens.
        provider: Its name.
        jobs: How many trials run at a time.
        on_claim: Told of each claim as it is decided, from any thread, one at a time.

    Raises:
        GraderError: The environment lacks something, or a scenario has mistakes.
    """
    began = time.monotonic()
    work = Schedule([Progress(t, t.load(t.seed)) for t in planned], on_claim)
    try:
        with ThreadPoolExecutor(jobs, thread_name_prefix="prove") as pool:
            try:
                work.run(pool)
            except BaseException:
                # What is at work can't go on without its sandbox, and the pool is left only when all is still.
                pool.shutdown(wait=False, cancel_futures=True)
                sandboxes.close()
                raise
    finally:
        left = sandboxes.close()
    proofs = tuple(_proof(progress, left, on_claim) for progress in work.scenarios)
    made_by = {"grader": grader.__version__, "grader_digest": grader_digest()}
    quick = any(trials.quick for trials in planned)
    return Proof(proofs, provider, time.monotonic() - began, made_by, quick)


def _proof(
    progress: Progress, left: Mapping[str, Sequence[str]], on_claim: OnClaim
) -> ScenarioProof:
    scenario, groups = progress.scenario, progress.trials.groups
    claims = list(progress.claims)
    if Group.TEARDOWN in groups and scenario.id in left:
        remains = left[scenario.id]
        verdict = Verdict.FAILED if remains else Verdict.PASSED
        reasons = tuple(f"still there: {thing}" for thing in remains)
        teardown = Claim(Group.TEARDOWN, "nothing is left", verdict, reasons, Ground.CLUSTER)
        claims.append(teardown)
        on_claim(scenario.id, teardown)
    order = list(Group)
    claims.sort(key=lambda claim: order.index(claim.group))
    declared = collect_checks(scenario)
    checks = tuple(_check(check, claims) for check in declared)
    return ScenarioProof(
        scenario=scenario.id,
        title=scenario.title,
        claims=tuple(claims),
        excepted=tuple(progress.excepted),
        checks=checks,
        goals=goals(scenario, declared),
        warnings=tuple(_warnings(progress, checks)),
        refused=progress.trials.refused,
    )


def _check(check: DeclaredCheck, claims: Sequence[Claim]) -> ProvenCheck:
    spoken = (Group.WRONG, Group.MUTANTS)
    failed_by = tuple(c.name for c in claims if c.group in spoken and check.id in c.failed)
    declaration = check.declaration
    return ProvenCheck(
        check.id, declaration.title, declaration.points, declaration.guard, failed_by
    )


def _warnings(progress: Progress, checks: Sequence[ProvenCheck]) -> list[str]:
    groups, scenario = progress.trials.groups, progress.scenario
    found = [f"still to be written: {mark}" for mark in unfinished(scenario.folder)]
    if progress.trials.refused:
        return found
    if {Group.WRONG, Group.MUTANTS} <= groups:
        found += [
            f"check {check.id}: no wrong answer and no mutant makes it fail"
            for check in checks
            if not check.failed_by
        ]
    names: dict[Group, list[str]] = defaultdict(list)
    for claim in progress.claims:
        names[claim.group].append(claim.name)
    for excepted in progress.excepted:
        names[excepted.group].append(excepted.name)
    for group, exceptions in (
        (Group.MUTANTS, scenario.equivalent_mutants),
        (Group.REWRITES, scenario.changing_rewrites),
    ):
        if group in groups:
            found += [
                f"scenario.yaml excepts {name!r}: there is no such thing among the {group.value}"
                for name in unused(names[group], exceptions)
            ]
    return found
