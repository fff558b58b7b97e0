"""What the candidate is asked to do, in one language, with the values of the attempt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.templates import check_template, rendered_file, variables
from grader.judging.collect import collect_checks
from grader.model.scenario import Scenario
from grader.model.studio import WORKSTATION_PATHS
from grader.model.text import Language

STATEMENT_ONLY = frozenset({"checks"})
"""What a statement may name besides what every template may."""


def statement(
    scenario: Scenario, language: Language, paths: Mapping[str, str] | None = None
) -> str:
    """The task as Markdown.

    Args:
        scenario: The scenario with its parameters drawn.
        language: What the candidate reads.
        paths: Where the workstation's folders lie, where they differ from the guide's.

    Raises:
        GraderError: scenario-invalid, where the template asks for what is not there.
    """
    checks = _Lazy(lambda: _checks(scenario, language))
    values = {**variables(scenario, {**WORKSTATION_PATHS, **(paths or {})}), "checks": checks}
    return rendered_file(statement_file(scenario.folder, language), values)


def statement_file(folder: Path, language: Language) -> Path:
    """Where a scenario's statement lies."""
    return folder / f"statement.{language.value}.md"


def check_statements(folder: Path, allowed: frozenset[str] | None, mistakes: Mistakes) -> None:
    """Note what is wrong with both statements; names are judged where it is known what is allowed."""
    for language in Language:
        file = statement_file(folder, language)
        if not file.is_file():
            mistakes.add(file, "missing, allowed: the task in Markdown")
            continue
        check_template(file, allowed and allowed | STATEMENT_ONLY, mistakes)


class _Lazy:
    """The checks, collected only where a statement lists them: it takes a run of pytest."""

    def __init__(self, make: Callable[[], list[dict[str, Any]]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._make())


def _checks(scenario: Scenario, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "id": declared.id,
            "title": declared.declaration.title.in_(language),
            "points": declared.declaration.points,
            "guard": declared.declaration.guard,
            "parts": [
                {"id": part.id, "title": part.title.in_(language), "points": part.points}
                for part in declared.declaration.parts
            ],
        }
        for declared in collect_checks(scenario)
    ]
