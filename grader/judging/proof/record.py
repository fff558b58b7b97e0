"""Claims judged on what was recorded of solved work, without a cluster: milliseconds each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.judging.proof.claims import Claim, Ground, Group
from grader.judging.proof.expected import Judged, failed_checks, full, lost
from grader.judging.proof.mutant import Mutant
from grader.judging.proof.rewriting import RecordedRewrite
from grader.judging.recorded.judge_series import judge_series
from grader.model.observation import Observation, StartingPoint
from grader.model.scenario import Scenario
from grader.model.score import score
from grader.model.verdict import CheckResult


def judge_rewrites(
    scenario: Scenario,
    start: StartingPoint,
    solved: Observation,
    rewrites: Sequence[RecordedRewrite],
) -> Iterator[Claim]:
    """Each rewrite of the record keeps full points."""
    seen = judge_series(scenario, [rewrite.of(solved) for rewrite in rewrites], start)
    for rewrite, results in zip(rewrites, seen, strict=True):
        yield _claim(Group.REWRITES, rewrite.name, results, full(results))


def judge_mutants(
    scenario: Scenario, start: StartingPoint, solved: Observation, mutants: Sequence[Mutant]
) -> Iterator[Claim]:
    """Each mutant of the record loses points.

    Nothing but the damaged thing itself is different: what Services answered and what controllers
    made of it are as they were. So a check has to look at the thing itself, which is harder than on
    a cluster, where more would go wrong.
    """
    seen = judge_series(scenario, [mutant.of(solved) for mutant in mutants], start)
    for mutant, results in zip(mutants, seen, strict=True):
        yield _claim(Group.MUTANTS, mutant.name, results, lost(results))


def _claim(group: Group, name: str, results: Sequence[CheckResult], judged: Judged) -> Claim:
    verdict, reasons = judged
    return Claim(
        group=group,
        name=name,
        verdict=verdict,
        reasons=reasons,
        ground=Ground.RECORD,
        failed=failed_checks(results),
        points=score(results).earned,
    )
