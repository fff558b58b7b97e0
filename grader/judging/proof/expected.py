"""Compares what a judging came to with what it had to come to, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.model.scenario import Expectation
from grader.model.score import score
from grader.model.verdict import CheckResult, Verdict

Judged = tuple[Verdict, tuple[str, ...]]
"""Whether it is as it had to be, and why not."""


def untouched(results: Sequence[CheckResult]) -> Judged:
    """Every objective check fails, every guard holds, nothing is earned."""

    def reasons() -> Iterator[str]:
        for result in results:
            if result.guard and result.verdict is Verdict.FAILED:
                yield f"guard {result.id} fails on the untouched sandbox: {_why(result)}"
            if not result.guard and result.verdict is Verdict.PASSED:
                yield f"check {result.id} passes on the untouched sandbox: it asks for no work"
        if score(results).earned:
            yield f"the untouched sandbox earns {score(results).earned} points"

    return _judged(results, reasons())


def full(results: Sequence[CheckResult]) -> Judged:
    """Every check passes."""
    return _judged(
        results,
        (
            f"check {r.id} fails ({r.points} points lost): {_why(r)}"
            for r in results
            if r.verdict is Verdict.FAILED
        ),
    )


def declared(results: Sequence[CheckResult], expects: Expectation) -> Judged:
    """Exactly the declared checks fail, and exactly the declared points are earned."""

    def reasons() -> Iterator[str]:
        for result in results:
            failed = result.verdict is Verdict.FAILED
            if failed and result.id not in expects.failed:
                yield f"check {result.id} fails and is not declared to: {_why(result)}"
            if not failed and result.id in expects.failed:
                yield f"check {result.id} passes and is declared to fail"
        earned = score(results).earned
        if expects.points is not None and earned != expects.points:
            yield f"{earned} points are earned, {expects.points} are declared"

    return _judged(results, reasons())


def lost(results: Sequence[CheckResult]) -> Judged:
    """Points are lost; a check that breaks on such work would let it off, and is a defect of the check."""
    broken = [f"check {r.id} breaks: {r.fault}" for r in results if r.verdict is Verdict.ERROR]
    if broken or not results:
        return Verdict.FAILED, tuple(broken) or ("nothing was judged",)
    if score(results).lost:
        return Verdict.PASSED, ()
    return Verdict.FAILED, ("no check loses a point",)


def failed_checks(results: Sequence[CheckResult]) -> tuple[str, ...]:
    """Ids of the checks that failed."""
    return tuple(result.id for result in results if result.verdict is Verdict.FAILED)


def _judged(results: Sequence[CheckResult], reasons: Iterator[str]) -> Judged:
    faults = [f"check {r.id}: {r.fault}" for r in results if r.verdict is Verdict.ERROR]
    if faults or not results:
        return Verdict.ERROR, tuple(faults) or ("nothing was judged",)
    found = tuple(reasons)
    return (Verdict.FAILED if found else Verdict.PASSED), found


def _why(result: CheckResult) -> str:
    finding = result.finding
    if finding is None:
        return "it does not say why"
    return f"expected {finding.expected.en}, seen {finding.seen.en}, where {finding.where}"
