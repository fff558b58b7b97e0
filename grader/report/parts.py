"""The parts of a check that did not pass, as a person reads them."""

# ruff: noqa: RUF001 - the dash of points that don't count

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.model.score import earned_by_parts
from grader.model.text import Language
from grader.model.verdict import CheckResult, PartResult, Verdict
from grader.report.wording import reasons


@dataclass(frozen=True)
class PartLine:
    """One part.

    Attributes:
        part: What became of it.
        points: What it earned of what it is worth, as "4 / 6"; a dash where nothing counts.
        reasons: Why it did not pass, as `grader.report.wording.reasons` has them.
    """

    part: PartResult
    points: str
    reasons: tuple[tuple[str, str], ...]


def part_lines(check: CheckResult, earned: int, language: Language) -> Sequence[PartLine]:
    """The parts of a check; none where it passed, for then they say nothing new.

    What failed before the parts stands at the first of them only.

    Args:
        check: The check.
        earned: What it earned among the others.
        language: What the reader reads.
    """
    if check.verdict is Verdict.PASSED:
        return ()
    counts = check.verdict is not Verdict.ERROR
    by_part = earned_by_parts(check, earned)
    lines: list[PartLine] = []
    said: list[tuple[tuple[str, str], ...]] = []
    for part in check.parts:
        why = tuple(reasons(part, language))
        points = f"{by_part[part.id] if counts else '–'} / {part.points}"
        lines.append(PartLine(part, points, () if why in said else why))
        said.append(why)
    return lines
