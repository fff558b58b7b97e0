"""The table of causes: complete, told in the docs, and the only thing that decides blame."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.checks.expectation import CannotJudge, NoBaseline, NotSeen
from grader.judging.causes import (
    AtFault,
    Cause,
    Goes,
    cause_in_check,
    cause_named,
    cause_of_look,
    gravest,
)
from grader.model.errors import Code, GraderError

DOCS = Path(__file__).resolve().parents[2] / "docs" / "concepts" / "verdicts.md"
WORDS = {True: "yes", False: "no"}


def test_docs_have_the_table() -> None:
    """Each cause stands in the docs as it is in the code, and no other."""
    rows = [row for row in DOCS.read_text(encoding="utf-8").splitlines() if row.startswith("| `")]
    assert rows == [
        f"| `{c.slug}` | {c.at_fault} | {WORDS[c.retried]} | {WORDS[c.graded]} | {c.goes} "
        f"| {c.meaning} |"
        for c in Cause
    ]


def test_only_the_work_is_graded() -> None:
    """Exactly one cause is a verdict on the work and the candidate's fault."""
    assert [cause for cause in Cause if cause.graded] == [Cause.WORK]
    assert [cause for cause in Cause if cause.at_fault is AtFault.CANDIDATE] == [Cause.WORK]
    assert [cause for cause in Cause if cause.goes is Goes.CANDIDATE] == [Cause.WORK]


def test_causes_are_found_by_name() -> None:
    """Each name leads to its cause; one that another version wrote is unknown."""
    assert [cause_named(cause.slug) for cause in Cause] == list(Cause)
    assert cause_named("of another version") is Cause.UNKNOWN


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (GraderError(Code.SANDBOX_GONE, "x"), Cause.SANDBOX_GONE),
        (GraderError(Code.SANDBOX_BROKEN, "x"), Cause.SANDBOX_SILENT),
        (GraderError(Code.INTERNAL, "x"), Cause.UNKNOWN),
        (ConnectionRefusedError("x"), Cause.SANDBOX_SILENT),
        (TimeoutError("x"), Cause.SANDBOX_SILENT),
        (NoBaseline("x"), Cause.NO_BASELINE),
        (CannotJudge("x"), Cause.CANNOT_JUDGE),
        (ValueError("x"), Cause.UNKNOWN),
    ],
)
def test_what_keeps_from_looking(error: Exception, cause: Cause) -> None:
    """An exception on the way to the checks has its cause; one that nobody knows is unknown."""
    assert cause_of_look(error) is cause
    assert not cause.graded


def test_a_person_comes_before_a_retry() -> None:
    """Of several causes, the one that needs most decides."""
    assert gravest([Cause.WORK, Cause.NOT_SEEN]) is Cause.NOT_SEEN
    assert gravest([Cause.NOT_SEEN, Cause.SKIPPED, Cause.WORK]) is Cause.SKIPPED
    assert gravest([]) is None


def test_blame_follows_the_innermost_frame_of_ours(tmp_path: Path) -> None:
    """An exception that no file of scenario or grader is in has an unknown cause."""
    assert cause_in_check(NotSeen("x"), "call", tmp_path) is Cause.NOT_SEEN
    assert cause_in_check(KeyError("x"), "call", tmp_path) is Cause.UNKNOWN
    assert cause_in_check(AssertionError("x"), "call", tmp_path) is Cause.UNKNOWN
    with pytest.raises(TypeError) as raised:
        json.loads(None)  # type: ignore[arg-type]
    assert cause_in_check(raised.value, "call", Path(__file__).parent) is Cause.CHECK_BROKEN
    assert cause_in_check(raised.value, "call", tmp_path) is Cause.UNKNOWN
    with pytest.raises(AttributeError) as raised_by_us:
        gravest([None])  # type: ignore[list-item]
    assert cause_in_check(raised_by_us.value, "call", tmp_path) is Cause.DEFECT
