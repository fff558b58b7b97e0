"""The JSON report."""

from __future__ import annotations

import json

from grader.exam.results.result import from_json
from grader.report.json import json_report

from .samples import MIXED


def test_reads_back() -> None:
    """The document can be read back as the very same result."""
    assert from_json(json.loads(json_report(MIXED))) == MIXED


def test_readable() -> None:
    """Accents stay readable, and the file ends with a newline."""
    assert "Zoé Lefèvre" in json_report(MIXED)
    assert json_report(MIXED).endswith("}\n")
