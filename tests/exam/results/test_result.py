"""The result document."""

from __future__ import annotations

import json

import pytest

from grader.exam.results.result import from_json, to_json
from tests.report.samples import FAILED, FULL, MIXED, SPLIT


@pytest.mark.parametrize(
    "result", [FULL, MIXED, FAILED, SPLIT], ids=["full", "mixed", "failed", "split"]
)
def test_comes_back_as_it_was(result: object) -> None:
    """A result written as JSON and read again is the same result."""
    assert from_json(json.loads(json.dumps(to_json(result)))) == result  # type: ignore[arg-type]


def test_other_schema_is_refused() -> None:
    """A document of another schema is refused instead of being misread."""
    with pytest.raises(ValueError, match="schema 2"):
        from_json(to_json(FULL) | {"schema": 2})


def test_parts_say_what_they_earned() -> None:
    """The document has each part with its points, which add up to the check's."""
    check = to_json(SPLIT)["checks"][1]
    assert (check["points"], check["earned"]) == (5, 2)
    assert [(part["outcome"], part["earned"]) for part in check["parts"]] == [
        ("passed", 2),
        ("failed", 0),
        ("failed", 0),
    ]


def test_what_it_ran_on_is_english_for_programs() -> None:
    """Programs read in English what the sandbox ran on; a document without the French is still read."""
    document = to_json(FULL)
    assert document["runs_on"]["reason"] == "podman 4.3.1 can be used"
    del document["runs_on_fr"]
    reason = from_json(document).runs_on["reason"]
    assert (reason.fr, reason.en) == ("podman 4.3.1 can be used", "podman 4.3.1 can be used")


def test_older_documents_have_no_parts() -> None:
    """A result stored before parts were known is still read."""
    document = to_json(FULL)
    for check in document["checks"]:
        del check["parts"]
    assert from_json(document) == FULL
