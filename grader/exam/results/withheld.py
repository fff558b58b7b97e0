"""What a candidate is told of a graded attempt: what counts, not why something does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.exam.results.result import Result


def is_withheld(result: Result) -> bool:
    """Whether the reasons of a result are for the examiner: those of a graded attempt are."""
    return bool(result.candidate)


def for_candidate(result: Result) -> Result:
    """A graded result without its reasons and the audit log; one of practice as it is.

    What went wrong on our side stays: nobody has to learn from it, and somebody has to act.
    """
    if not is_withheld(result):
        return result
    checks = tuple(
        replace(
            check,
            finding=None,
            parts=tuple(replace(part, finding=None) for part in check.parts),
        )
        for check in result.checks
    )
    return replace(result, checks=checks, audit=None)
