"""Checks whose state has to last: how long each has passed without a break, and whether that is enough.

The seconds are counted from the end of the first look at which a check passed to the beginning of the
last one, so that what was not seen is not counted. They are recorded with the observation: judging
again, without the cluster, comes to the same verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.judging.causes import Cause
from grader.judging.collect import DeclaredCheck
from grader.model.verdict import CheckResult, Verdict


@dataclass
class Holding:
    """Since when each check has passed, one look after the other."""

    _since: dict[str, float] = field(default_factory=dict)

    def seconds(
        self, results: Sequence[CheckResult], *, began: float, ended: float
    ) -> Mapping[str, float]:
        """Take in a look; how long each check that passes now has passed, by its id.

        Args:
            results: Of every check on this look; those of a look that saw nothing break every row.
            began: When the look began, in seconds on the judge's clock.
            ended: When it had seen everything.
        """
        passed = {result.id for result in results if result.verdict is Verdict.PASSED}
        self._since = {check: self._since.get(check, ended) for check in passed}
        return {check: max(0.0, round(began - self._since[check], 3)) for check in sorted(passed)}

    def over_at(self, declared: Sequence[DeclaredCheck]) -> float:
        """When every check that passes now will have held for as long as it has to; in the past where all have."""
        wanted = {check.id: check.declaration.holds_for for check in declared}
        return max((since + wanted[check] for check, since in self._since.items()), default=0.0)


def held_long_enough(
    declared: Sequence[DeclaredCheck],
    results: Sequence[CheckResult],
    held: Mapping[str, float] | None,
) -> tuple[CheckResult, ...]:
    """The results, where what passes but has not been seen for long enough is no verdict yet.

    Args:
        declared: The checks.
        results: Of each, on one observation.
        held: For how many seconds each had passed; None where nobody counted, and nothing is asked.
    """
    wanted = {check.id: check.declaration.holds_for for check in declared}
    return tuple(
        result
        if held is None or result.verdict is not Verdict.PASSED
        else _judged(result, held.get(result.id, 0.0), wanted[result.id])
        for result in results
    )


def _judged(result: CheckResult, seen_s: float, wanted_s: float) -> CheckResult:
    if seen_s >= wanted_s:
        return result
    fault = f"it has to hold for {wanted_s:g} s and was seen to for {seen_s:g} s"
    return replace(result, verdict=Verdict.ERROR, fault=fault, cause=Cause.NOT_HELD.slug)
