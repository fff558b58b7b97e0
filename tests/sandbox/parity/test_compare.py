"""Two nodes' records side by side."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from grader.sandbox.parity.compare import (
    NOTHING,
    Difference,
    KnownDifference,
    compare,
    known_differences,
)
from grader.sandbox.parity.play import NEVER
from grader.sandbox.parity.situations import situations
from tests.docs.pages import ROOT

KIND = {"a": {"phase": "Running", "x": "1"}, "b": {"phase": "Failed"}}
KNOWN = KnownDifference(["a*"], ["x"], "1", "*", "because")


def test_the_same_is_no_difference() -> None:
    """Nothing is told of nodes that agree."""
    assert compare(KIND, KIND, ()) == ()


def test_each_place_is_told_with_both() -> None:
    """Another word, and a place that only one of the two has."""
    embedded = {"a": {"phase": "Running", "y": "2"}, "b": {"phase": "Succeeded"}}
    assert compare(KIND, embedded, ()) == (
        Difference("a", "x", "1", NOTHING),
        Difference("a", "y", NOTHING, "2"),
        Difference("b", "phase", "Failed", "Succeeded"),
    )


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (KNOWN, "because"),
        (replace(KNOWN, situations=["b", "a"]), "because"),
        (replace(KNOWN, situations=["b"]), ""),
        (replace(KNOWN, places=["phase"]), ""),
        (replace(KNOWN, kind="2"), ""),
        (replace(KNOWN, embedded="1"), ""),
    ],
)
def test_a_known_one_fits_in_all(known: KnownDifference, why: str) -> None:
    """It is known only where situation, place and both sides are as they were when somebody looked."""
    embedded = {**KIND, "a": {"phase": "Running", "x": "3"}}
    assert [one.why for one in compare(KIND, embedded, [known])] == [why]


def test_what_never_came_about_is_never_known() -> None:
    """Two nodes that both did not get there have not been compared."""
    record = {"a": {NEVER: "ready"}}
    everything = KnownDifference(["*"], ["*"], "*", "*", "because")
    (found,) = compare(record, record, [everything])
    assert (found.place, found.why) == (NEVER, "")


def test_every_known_one_is_documented() -> None:
    """Each names situations that exist, and its reason stands in the documentation word for word."""
    page = (ROOT / "docs" / "concepts" / "parity.md").read_text("utf-8")
    words = re.sub(r"\s+", " ", page)
    names = {one.name for one in situations()}
    for known in known_differences():
        assert known.why in words
        assert all(pattern in names or "*" in pattern for pattern in known.situations), known
