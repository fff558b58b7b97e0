"""Writes the folder of a new scenario: small, working, and marked where its author goes on."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from grader.judging.authoring.json_schema import schema_text
from grader.judging.authoring.mistakes import Mistake
from grader.judging.authoring.scenario_schema import ID_LENGTH, ID_PATTERN
from grader.model.errors import Code, GraderError
from grader.sandbox.settings import data_folder

SCHEMA = "scenario.schema.json"
TO_DO = "TODO"
"""The word that marks what is still missing; `unfinished` finds it."""

_NAME = "skeleton"
_READ = {".yaml", ".md", ".py", ".sh"}


def write_skeleton(scenarios: Path, scenario_id: str) -> Path:
    """Write a scenario that loads, can be started and graded, and says where it is still to be written.

    The JSON Schema for editors is written beside it, where it is not in reach already.

    Args:
        scenarios: The folder of scenarios; made where it is missing.
        scenario_id: The new folder's name.

    Returns:
        The new folder.

    Raises:
        GraderError: usage, where the id can't be one, the folder is there already, or nothing can be written.
    """
    if not re.fullmatch(ID_PATTERN, scenario_id) or len(scenario_id) > ID_LENGTH:
        raise GraderError(
            Code.USAGE,
            f"{scenario_id!r} can't be a scenario's id",
            hint=f"lower-case words joined by hyphens, at most {ID_LENGTH} characters",
        )
    folder = scenarios / scenario_id
    source = data_folder("fixtures") / _NAME
    try:
        folder.mkdir(parents=True)
        schema = _schema_for(scenarios)
        for file in sorted(file for file in source.rglob("*") if file.suffix in _READ):
            name = file.relative_to(source).as_posix().replace(_NAME, scenario_id.replace("-", "_"))
            text = file.read_text(encoding="utf-8")
            if file.suffix == ".yaml":
                text = text.replace(f"id: {_NAME}", f"id: {scenario_id}")
                text = re.sub(r"(?<=\$schema=)\S+", os.path.relpath(schema, folder), text)
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    except FileExistsError as error:
        raise GraderError(
            Code.USAGE,
            f"there is already something called {scenario_id}",
            where=str(folder),
            hint="choose another id, or another folder with --scenarios DIR",
        ) from error
    except OSError as error:
        what = f"the scenario can't be written: {error.strerror}"
        raise GraderError(Code.USAGE, what, where=str(folder), hint="--scenarios DIR") from error
    return folder


def unfinished(folder: Path) -> Sequence[Mistake]:
    """Where a scenario's author noted that something is still to be written, in the order of files and lines."""
    found = []
    for file in sorted(file for file in folder.rglob("*") if file.suffix in _READ):
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), start=1):
            column = line.find(TO_DO)
            if column >= 0:
                note = line[column:].strip().removesuffix("#>").rstrip()
                found.append(Mistake(str(file), number, column + 1, note))
    return found


def _schema_for(scenarios: Path) -> Path:
    """The schema of the documentation for the product's own scenarios, else one beside the scenario."""
    own = scenarios.parent / "docs" / "reference" / SCHEMA
    if own.is_file() and scenarios.resolve() == data_folder("scenarios").resolve():
        return own
    beside = scenarios / SCHEMA
    beside.write_text(schema_text(), encoding="utf-8")
    return beside
