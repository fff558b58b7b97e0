"""Why a verdict is not `passed`: one table from each cause to who is at fault and what happens next.

Nothing else decides blame. A cause that is not in the table is `unknown`: ours, and a person's to
look at.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from enum import Enum, StrEnum
from pathlib import Path

import pytest

from grader.checks.expectation import CannotJudge, CheckFailed, NoBaseline, NotDeclared, NotSeen
from grader.checks.helm_storage import UnreadableRelease
from grader.model.errors import Code, GraderError
from grader.model.verdict import CheckResult, Verdict


class AtFault(StrEnum):
    """Who is at fault."""

    CANDIDATE = "candidate"
    SCENARIO = "scenario"
    SANDBOX = "sandbox"
    GRADER = "grader"
    UNKNOWN = "unknown"


class Goes(StrEnum):
    """Who has to act: the candidate learns from it, judging again mends it, or a person decides."""

    CANDIDATE = "candidate"
    RETRY = "retry"
    PERSON = "person"


_YES, _NO = True, False


class Cause(Enum):
    """Every cause.

    Attributes:
        slug: Its name in results and reports.
        at_fault: Who is at fault.
        retried: Whether another look may come to something else, so that judging goes on looking.
        graded: Whether it is a verdict on the work; of all others no point is earned or lost.
        goes: Who has to act if it stays.
        meaning: One line.
    """

    # fmt: off - a table
    WORK = (
        "work",
        AtFault.CANDIDATE,
        _YES,
        _YES,
        Goes.CANDIDATE,
        "the check itself says that the work is not what it has to be",
    )
    NOT_SEEN = (
        "not-seen",
        AtFault.SANDBOX,
        _YES,
        _NO,
        Goes.RETRY,
        "a probe, log, file or disk that the check needs could not be observed",
    )
    SANDBOX_SILENT = (
        "sandbox-silent",
        AtFault.SANDBOX,
        _YES,
        _NO,
        Goes.RETRY,
        "the cluster or the workstation did not answer, or not to the end",
    )
    NOT_HELD = (
        "not-held",
        AtFault.UNKNOWN,
        _YES,
        _NO,
        Goes.RETRY,
        "the check passes, and was not seen to for as long as its state has to last",
    )
    SANDBOX_GONE = (
        "sandbox-gone",
        AtFault.SANDBOX,
        _NO,
        _NO,
        Goes.PERSON,
        "the sandbox's containers are no longer there",
    )
    NO_BASELINE = (
        "no-baseline",
        AtFault.GRADER,
        _NO,
        _NO,
        Goes.PERSON,
        "what was there before the candidate began is not, or not wholly, known",
    )
    UNREADABLE_RELEASE = (
        "unreadable-release",
        AtFault.UNKNOWN,
        _YES,
        _NO,
        Goes.PERSON,
        "a Secret of Helm's does not hold what Helm writes",
    )
    CANNOT_JUDGE = (
        "cannot-judge",
        AtFault.UNKNOWN,
        _YES,
        _NO,
        Goes.PERSON,
        "the check says that what was observed allows no verdict",
    )
    NOT_DECLARED = (
        "not-declared",
        AtFault.SCENARIO,
        _NO,
        _NO,
        Goes.PERSON,
        "the check asks for something that it does not declare",
    )
    CHECK_BROKEN = (
        "check-broken",
        AtFault.SCENARIO,
        _YES,
        _NO,
        Goes.PERSON,
        "the check's own code raised an exception",
    )
    PARTS_MISUSED = (
        "parts-misused",
        AtFault.SCENARIO,
        _YES,
        _NO,
        Goes.PERSON,
        "the check did not run its parts as it declares them",
    )
    SKIPPED = ("skipped", AtFault.SCENARIO, _NO, _NO, Goes.PERSON, "the check was skipped")
    XFAIL = (
        "xfail",
        AtFault.SCENARIO,
        _NO,
        _NO,
        Goes.PERSON,
        "the check is expected to fail, which is no verdict",
    )
    NOT_ONCE = (
        "not-once",
        AtFault.SCENARIO,
        _NO,
        _NO,
        Goes.PERSON,
        "the check ran several times, as one with parameters does",
    )
    NOT_COLLECTED = (
        "not-collected",
        AtFault.SCENARIO,
        _NO,
        _NO,
        Goes.PERSON,
        "the checks can't be imported, or are not those of the scenario",
    )
    NOT_RUN = (
        "not-run",
        AtFault.GRADER,
        _YES,
        _NO,
        Goes.PERSON,
        "the check did not run, or not to its end",
    )
    RUN_BROKEN = (
        "run-broken",
        AtFault.GRADER,
        _YES,
        _NO,
        Goes.PERSON,
        "the run of the checks broke down as a whole",
    )
    DEFECT = (
        "defect",
        AtFault.GRADER,
        _YES,
        _NO,
        Goes.PERSON,
        "the grader's own code raised an exception",
    )
    UNKNOWN = ("unknown", AtFault.UNKNOWN, _YES, _NO, Goes.PERSON, "anything else")
    # fmt: on

    def __init__(
        self, slug: str, at_fault: AtFault, retried: bool, graded: bool, goes: Goes, meaning: str
    ) -> None:
        self.slug = slug
        self.at_fault = at_fault
        self.retried = retried
        self.graded = graded
        self.goes = goes
        self.meaning = meaning


_PACKAGE = Path(__file__).resolve().parent.parent
_OF_KIND = (
    (NotDeclared, Cause.NOT_DECLARED),
    (NotSeen, Cause.NOT_SEEN),
    (NoBaseline, Cause.NO_BASELINE),
    (UnreadableRelease, Cause.UNREADABLE_RELEASE),
    (CannotJudge, Cause.CANNOT_JUDGE),
    (OSError, Cause.SANDBOX_SILENT),
)
_OF_CODE = {
    Code.SANDBOX_GONE: Cause.SANDBOX_GONE,
    Code.SANDBOX_BROKEN: Cause.SANDBOX_SILENT,
}


def cause_named(slug: str) -> Cause:
    """The cause of that name; `unknown` for one that this version does not know."""
    return next((cause for cause in Cause if cause.slug == slug), Cause.UNKNOWN)


def cause_in_check(error: BaseException, when: str, folder: Path) -> Cause:
    """Why a check raised.

    The work is at fault only where the check said so itself: by CheckFailed, or by an assert whose
    innermost frame is in the scenario's own folder.

    Args:
        error: What it raised.
        when: pytest's phase: "setup", "call" or "teardown".
        folder: The scenario's folder.
    """
    if isinstance(error, CheckFailed):
        return Cause.CHECK_BROKEN if when == "teardown" else Cause.WORK
    if isinstance(error, CannotJudge | GraderError):
        return cause_of_look(error)
    if isinstance(error, SystemExit | pytest.exit.Exception):
        return Cause.NOT_RUN
    places = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    asserted = isinstance(error, AssertionError) and when == "call"
    if asserted and places and places[-1].is_relative_to(folder):
        return Cause.WORK
    return _owner(places, folder)


def cause_of_look(error: BaseException) -> Cause:
    """Why nothing could be observed or judged at all."""
    if isinstance(error, GraderError):
        return _OF_CODE.get(error.code, Cause.UNKNOWN)
    kinds = (cause for kind, cause in _OF_KIND if isinstance(error, kind))
    return next(kinds, Cause.UNKNOWN)


def gravest(causes: Iterable[Cause]) -> Cause | None:
    """Of several causes the one that decides what happens next: a person's before a retry's."""
    order = list(Goes)
    return max(causes, key=lambda cause: order.index(cause.goes), default=None)


def _owner(places: list[Path], folder: Path) -> Cause:
    """Whose code raised; a library's exception is the fault of the one who called it."""
    for place in reversed(places):
        if place.is_relative_to(folder):
            return Cause.CHECK_BROKEN
        if place.is_relative_to(_PACKAGE):
            return Cause.DEFECT
    return Cause.UNKNOWN


def goes_of(results: Iterable[CheckResult]) -> str:
    """Who has to act on what did not pass: "candidate", "retry" or "person"; "" where all passed."""
    cause = gravest(cause_named(r.cause) for r in results if r.verdict is not Verdict.PASSED)
    return cause.goes.value if cause else ""
