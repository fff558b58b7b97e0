"""A result as one JSON document, for other programs."""

from __future__ import annotations

import json

from grader.exam.results.result import Result, to_json


def json_report(result: Result) -> str:
    """The result document (see `grader.exam.results.result.to_json`), indented, with a final newline."""
    return json.dumps(to_json(result), ensure_ascii=False, indent=2) + "\n"
