"""Reads a scenario.yaml's content, and what no single field of it shows."""

from __future__ import annotations

from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.scenario_schema import Range, ScenarioFile
from grader.judging.authoring.schema_mistakes import add, read_as
from grader.judging.authoring.yaml_guard import Document


def validate(document: Document, mistakes: Mistakes) -> ScenarioFile | None:
    """The file's content; None where it has mistakes, which are added."""
    before = len(mistakes.found)
    read = read_as(ScenarioFile, document, mistakes)
    if read is not None:
        _check_sense(read, document, mistakes)
    return read if len(mistakes.found) == before else None


def _check_sense(read: ScenarioFile, document: Document, mistakes: Mistakes) -> None:
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
