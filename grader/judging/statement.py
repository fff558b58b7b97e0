"""What the candidate is asked to do, in one language, with the values of the attempt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from grader.judging.collect import collect_checks
from grader.judging.mistakes import Mistakes
from grader.model.errors import Code, GraderError
from grader.model.scenario import Scenario
from grader.model.studio import NAMESPACE
from grader.model.text import Language

PATHS: Mapping[str, str] = {
    "studio": "/home/ubuntu/pivori-studio",
    "backups": "/backups",
    "archives": "/archives",
    "logs": "/var/log",
    "namespace": NAMESPACE,
}
"""The workstation as the guide has it; a workstation that lies elsewhere passes its own."""

OFFERED = frozenset({*PATHS, "minutes", "pass_percent", "checks"})
"""What a statement may name besides the scenario's parameters."""

_TEMPLATES = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
)


def statement(
    scenario: Scenario, language: Language, variables: Mapping[str, Any] | None = None
) -> str:
    """The task as Markdown.

    Args:
        scenario: The scenario with its parameters drawn.
        language: What the candidate reads.
        variables: The workstation's paths where they differ from PATHS, by the same names.

    Raises:
        GraderError: scenario-invalid, where the template asks for what is not there.
    """
    file = statement_file(scenario.folder, language)
    try:
        return _template(file).render(
            {
                **PATHS,
                "minutes": scenario.minutes,
                "pass_percent": scenario.pass_percent,
                "checks": _Lazy(lambda: _checks(scenario, language)),
                **scenario.parameters,
                **(variables or {}),
            }
        )
    except TemplateError as error:
        what = f"the statement can't be rendered: {error}"
        raise GraderError(Code.SCENARIO_INVALID, what, where=str(file)) from error


def statement_file(folder: Path, language: Language) -> Path:
    """Where a scenario's statement lies."""
    return folder / f"statement.{language.value}.md"


def check_statements(folder: Path, parameters: tuple[str, ...] | None, mistakes: Mistakes) -> None:
    """Note what is wrong with both statements; names are judged where the parameters are known."""
    for language in Language:
        file = statement_file(folder, language)
        if not file.is_file():
            mistakes.add(file, "missing, allowed: the task in Markdown")
            continue
        try:
            parsed = _TEMPLATES.parse(file.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            mistakes.add(file, f"not a template: {error.message}", line=error.lineno)
            continue
        if parameters is None:
            continue
        allowed = {*OFFERED, *parameters}
        for name in sorted(meta.find_undeclared_variables(parsed) - allowed):
            mistakes.add(file, f"{name}: unknown, allowed: {', '.join(sorted(allowed))}")


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
        }
        for declared in collect_checks(scenario)
    ]


def _template(file: Path) -> Template:
    return _TEMPLATES.from_string(file.read_text(encoding="utf-8"))
