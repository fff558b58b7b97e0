"""The JSON Schemas of scenario.yaml and of an exam's file, for editors: completion, and mistakes while one types."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from grader.judging.authoring.exam_schema import ExamFile
from grader.judging.authoring.scenario_schema import ScenarioFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """What a scenario.yaml may say, made from the very model that reads it.

    It can't tell all: names that must be a service's, ranges that run backwards and the like are told
    by `grader scenarios show ID`.
    """
    return _described(ScenarioFile, "grader scenario", "A practical task of grader.")


def exam_schema() -> dict[str, Any]:
    """What an exam's file may say, made from the very model that reads it."""
    return _described(ExamFile, "grader exam", "Tasks and a theory paper of grader.")


def schema_text() -> str:
    """The scenario's schema as a file's text."""
    return _text(scenario_schema())


def exam_schema_text() -> str:
    """The exam's schema as a file's text."""
    return _text(exam_schema())


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _described(model: type[BaseModel], title: str, description: str) -> dict[str, Any]:
    document = model.model_json_schema(by_alias=True)
    described = {"$schema": DIALECT, **_without_titles(document)}
    return described | {"title": title, "description": description}


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
