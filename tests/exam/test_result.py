"""The result document."""

from __future__ import annotations

import json

import pytest

from grader.exam.result import from_json, to_json
from tests.report.samples import FAILED, FULL, MIXED


@pytest.mark.parametrize("result", [FULL, MIXED, FAILED], ids=["full", "mixed", "failed"])
def test_comes_back_as_it_was(result: object) -> None:
    """A result written as JSON and read again is the same result."""
    assert from_json(json.loads(json.dumps(to_json(result)))) == result  # type: ignore[arg-type]


def test_other_schema_is_refused() -> None:
    """A document of another schema is refused instead of being misread."""
    with pytest.raises(ValueError, match="schema 2"):
        from_json(to_json(FULL) | {"schema": 2})
