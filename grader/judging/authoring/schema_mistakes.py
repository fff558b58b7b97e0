"""Says what is wrong with a file that a schema refuses: the place, the value, and what is allowed there."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.yaml_guard import Document, YamlPath

Model = TypeVar("Model", bound=BaseModel)


def read_as(schema: type[Model], document: Document, mistakes: Mistakes) -> Model | None:
    """A document as a schema has it; None where it is not so, with every mistake added.

    Args:
        schema: Its fields' descriptions say what is allowed.
        document: What was read.
        mistakes: Where they are added.
    """
    try:
        return schema.model_validate(document.content)
    except ValidationError as error:
        # A union reports each of its branches; they come to the same place and text.
        for path, text in dict.fromkeys(_explained(p, document, schema) for p in error.errors()):
            add(mistakes, document, path, text)
        return None


def add(mistakes: Mistakes, document: Document, path: YamlPath, text: str) -> None:
    """Note a mistake at a path of the document, or at the nearest place around it."""
    line, column = document.position(path)
    mistakes.add(document.file, text, line=line, column=column)


def _explained(problem: Any, document: Document, schema: type[BaseModel]) -> tuple[YamlPath, str]:
    path, value = _followed(problem["loc"], document.content, schema)
    name = ".".join(str(part) for part in path) or "the file"
    if problem["type"] == "missing" and path not in document.values:
        return path, f"{name}: missing, allowed: {_allowed(path, schema)}"
    around = _annotation_at(path[:-1], schema)
    if problem["type"] == "extra_forbidden" and _is_model(around) and not _is_union(path, schema):
        known = [spec.alias or field for field, spec in around.model_fields.items()]
        close = difflib.get_close_matches(str(path[-1]), known, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        return path, f"{name}: unknown, allowed: {', '.join(known)}{hint}"
    return path, f"{name}: {value!r}, allowed: {_allowed(path, schema)}"


def _followed(
    loc: Sequence[str | int], content: Any, schema: type[BaseModel]
) -> tuple[YamlPath, Any]:
    """The path in the file that pydantic's place means, and the value there.

    A union is reported as a whole: pydantic's place goes on into its branches, where the author
    never was.
    """
    path: list[str | int] = []
    value = content
    for part in loc:
        if _is_union(tuple(path), schema):
            break
        path.append(part)
        if isinstance(value, dict):
            value = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
    return tuple(path), value


def _allowed(path: YamlPath, schema: type[BaseModel]) -> str:
    """The description of the nearest field around a path."""
    for end in range(len(path), 0, -1):
        model = _annotation_at(path[: end - 1], schema)
        for name, spec in model.model_fields.items() if _is_model(model) else ():
            if path[end - 1] in {name, spec.alias} and spec.description:
                return str(spec.description)
    return "a mapping"


def _annotation_at(path: YamlPath, schema: type[BaseModel]) -> Any:
    """What the schema says may stand at a place; None where it says nothing."""
    found: Any = schema
    for part in path:
        if _is_model(found):
            fields = found.model_fields.items()
            spec = next((s for name, s in fields if part in {name, s.alias}), None)
            found = spec.annotation if spec else None
        elif get_origin(found) in {list, dict}:
            found = get_args(found)[-1]
        else:
            return None
        if get_origin(found) is Annotated:
            found = get_args(found)[0]
    return found


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _is_union(path: YamlPath, schema: type[BaseModel]) -> bool:
    return get_origin(_annotation_at(path, schema)) in {Union, UnionType}
