"""What judging says of a check and of a whole submission."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.model.text import Bilingual


class Verdict(StrEnum):
    """`error` is our fault: it never earns or costs a point."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """Why a check failed, for the candidate.

    Attributes:
        expected: What should have been there.
        seen: What was there instead.
        where: The object and the path in it, the address, or the file.
        why: Why it matters at work.
        since: Since when it is so, RFC 3339; "" where that is not known.
        by: Who made it so and how, from the audit log; "" where that is not known.
    """

    expected: Bilingual
    seen: Bilingual
    where: str
    why: Bilingual
    since: str = ""
    by: str = ""


@dataclass(frozen=True)
class PartResult:
    """The outcome of one part of a check.

    Attributes:
        id: Unique in its check, such as "config".
        title: What is graded.
        points: What it is worth of the check's points.
        verdict: passed, failed or error.
        finding: Why it failed; None unless the verdict is failed.
        fault: What went wrong on our side; "" unless the verdict is error.
    """

    id: str
    title: Bilingual
    points: int
    verdict: Verdict
    finding: Finding | None = None
    fault: str = ""


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check.

    Attributes:
        id: The check's name, such as "pods-ready".
        title: What is graded.
        points: What it is worth.
        guard: Whether it held from the start and had to be kept.
        verdict: passed, failed or error.
        finding: Why it failed, of several parts the first; None unless the verdict is failed.
        fault: What went wrong on our side; "" unless the verdict is error.
        parts: What became of its parts, in the order of their declaration; empty where it has none.
        cause: Why it did not pass, in the words of `grader.judging.causes`; "" where it did.
        unchanged_since: Of a check that passed, when the last change came to the objects that it looked at,
            RFC 3339; "" where it looked at none, or that is not known.
    """

    id: str
    title: Bilingual
    points: int
    guard: bool
    verdict: Verdict
    finding: Finding | None = None
    fault: str = ""
    parts: tuple[PartResult, ...] = ()
    cause: str = ""
    unchanged_since: str = ""
