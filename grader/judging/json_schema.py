"""The JSON Schema of scenario.yaml, for editors: completion, descriptions, and mistakes while one types."""

from __future__ import annotations

import json
from typing import Any

from grader.judging.scenario_schema import ScenarioFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """What a scenario.yaml may say, made from the very model that reads it.

    It can't tell all: names that must be a service's, ranges that run backwards and the like are told
    by `grader scenarios show ID`.
    """
    document = ScenarioFile.model_json_schema(by_alias=True)
    described = {"$schema": DIALECT, **_without_titles(document)}
    return described | {"title": "grader scenario", "description": "A practical task of grader."}


def schema_text() -> str:
    """The schema as a file's text."""
    return json.dumps(scenario_schema(), ensure_ascii=False, indent=2) + "\n"


def _without_titles(part: Any) -> Any:
    """Pydantic names everything twice; editors would show "Pass Percent" above the description."""
    if isinstance(part, list):
        return [_without_titles(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _without_titles(value)
        for key, value in part.items()
        if not (key == "title" and isinstance(value, str))
    }
