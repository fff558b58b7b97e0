"""Turns what is wrong with a scenario.yaml into mistakes: the place, the value, and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from grader.judging.mistakes import Mistakes
from grader.judging.scenario_schema import MayChange, Range, ScenarioFile, Title
from grader.judging.yaml_guard import Document, YamlPath


def validate(document: Document, mistakes: Mistakes) -> ScenarioFile | None:
    """The file's content; None where it has mistakes, which are added."""
    before = len(mistakes.found)
    read: ScenarioFile | None = None
    try:
        read = ScenarioFile.model_validate(document.content)
    except ValidationError as error:
        # A union reports each of its branches; they come to the same place and text.
        for path, text in dict.fromkeys(_explained(p, document) for p in error.errors()):
            add(mistakes, document, path, text)
    if read is not None:
        _check_sense(read, document, mistakes)
    return read if len(mistakes.found) == before else None


def add(mistakes: Mistakes, document: Document, path: YamlPath, text: str) -> None:
    """Note a mistake at a path of the document, or at the nearest place around it."""
    line, column = document.position(path)
    mistakes.add(document.file, text, line=line, column=column)


def _check_sense(read: ScenarioFile, document: Document, mistakes: Mistakes) -> None:
    """What no single field shows."""
    folder = document.file.parent.name
    if read.id != folder:
        add(mistakes, document, ("id",), f"id: {read.id!r}, allowed: the folder's name, {folder}")
    for name, spec in read.parameters.items():
        if not name.isidentifier():
            text = f"parameters: {name!r}, allowed: a name of letters, digits and underscores"
            add(mistakes, document, ("parameters", name), text)
        if isinstance(spec, Range) and spec.to < spec.from_:
            text = f"parameters.{name}.to: {spec.to}, allowed: at least {spec.from_}"
            add(mistakes, document, ("parameters", name, "to"), text)


def _explained(problem: Any, document: Document) -> tuple[YamlPath, str]:
    path, value = _followed(problem["loc"], document.content)
    name = ".".join(str(part) for part in path) or "the file"
    if problem["type"] == "missing" and path not in document.values:
        return path, f"{name}: missing, allowed: {_allowed(path)}"
    if problem["type"] == "extra_forbidden" and not _is_union(path):
        known = [spec.alias or field for field, spec in _model_at(path[:-1]).model_fields.items()]
        close = difflib.get_close_matches(str(path[-1]), known, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        return path, f"{name}: unknown, allowed: {', '.join(known)}{hint}"
    return path, f"{name}: {value!r}, allowed: {_allowed(path)}"


def _followed(loc: Sequence[str | int], content: Any) -> tuple[YamlPath, Any]:
    """The path in the file that pydantic's place means, and the value there.

    A union is reported as a whole: pydantic's place goes on into its branches, where the author
    never was.
    """
    path: list[str | int] = []
    value = content
    for part in loc:
        if _is_union(tuple(path)):
            break
        path.append(part)
        if isinstance(value, dict):
            value = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
    return tuple(path), value


def _is_union(path: YamlPath) -> bool:
    return path == ("services",) or (len(path) == 2 and path[0] == "parameters")  # noqa: PLR2004


def _allowed(path: YamlPath) -> str:
    """The description of the nearest field around a path."""
    for end in range(len(path), 0, -1):
        for name, spec in _model_at(path[: end - 1]).model_fields.items():
            if path[end - 1] in {name, spec.alias} and spec.description:
                return spec.description
    return "a mapping"


def _model_at(path: YamlPath) -> type[BaseModel]:
    """The part of the schema that describes a place in the file."""
    parts: dict[str, type[BaseModel]] = {"title": Title, "may_change": MayChange}
    return parts.get(str(path[0]), ScenarioFile) if path else ScenarioFile
