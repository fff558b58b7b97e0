"""Everything of a scenario is written once and rendered for each attempt: its texts are templates.

Jinja2 with one difference: a comment stands between `<#` and `#>`, because bash writes `${#list[@]}`.
A template sees plain values only, can't reach into Python, and must not name what is not there. What
several scenarios share it includes by name from the product's `fixtures/includes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateRuntimeError,
    TemplateSyntaxError,
    meta,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from grader.judging.authoring.mistakes import Mistakes
from grader.model.errors import Code, GraderError
from grader.model.scenario import ParameterValue, Scenario
from grader.model.studio import NAMESPACE, WORKSTATION_PATHS, Studio
from grader.sandbox.settings import data_folder

OFFERED = frozenset({*WORKSTATION_PATHS, "namespace", "services", "minutes", "pass_percent"})
"""What every template may name besides the scenario's parameters."""

_TEMPLATES = ImmutableSandboxedEnvironment(
    loader=FileSystemLoader(data_folder("fixtures") / "includes"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    comment_start_string="<#",
    comment_end_string="#>",
)


def variables(
    scenario: Scenario, paths: Mapping[str, str] = WORKSTATION_PATHS
) -> Mapping[str, Any]:
    """What the templates of an attempt see.

    Args:
        scenario: With its parameters drawn.
        paths: Where the workstation's folders lie.
    """
    return {
        **paths,
        "minutes": scenario.minutes,
        "pass_percent": scenario.pass_percent,
        **known_early(scenario.parameters, scenario.studio),
    }


def known_early(parameters: Mapping[str, ParameterValue], studio: Studio) -> Mapping[str, Any]:
    """What the scenario's own file may name while it is still being read."""
    return {"namespace": NAMESPACE, "services": studio.services, **parameters}


def rendered_text(text: str, values: Mapping[str, Any]) -> str:
    """A template's text. Raises jinja2.TemplateError where it asks for what is not there, or can't be."""
    if not _may_be_template(text):
        return text
    try:
        return _template(text).render(values)
    except TemplateError:
        raise
    except Exception as error:
        # A template can raise what it likes: 1/0, a range too long for the sandbox.
        raise TemplateRuntimeError(f"{type(error).__name__}: {error}") from error


def rendered_file(file: Path, values: Mapping[str, Any]) -> str:
    """A template file's text.

    Raises:
        GraderError: scenario-invalid, where it asks for what is not there.
    """
    try:
        return rendered_text(file.read_text(encoding="utf-8"), values)
    except TemplateError as error:
        what = f"a template can't be rendered: {error}"
        raise GraderError(Code.SCENARIO_INVALID, what, where=str(file)) from error


def script(scenario: Scenario, file: Path, paths: Mapping[str, str]) -> str:
    """A script of the scenario as it is typed at a workstation whose folders lie at `paths`.

    Raises:
        GraderError: scenario-invalid, where it asks for what is not there.
    """
    return rendered_file(file, variables(scenario, paths))


def check_template(file: Path, allowed: frozenset[str] | None, mistakes: Mistakes) -> None:
    """Note what is wrong with a template file; names are judged where it is known what is allowed."""
    try:
        includes, names = _named(file.read_text(encoding="utf-8"))
    except TemplateSyntaxError as error:
        mistakes.add(file, f"not a template: {error.message}", line=error.lineno)
        return
    except UnicodeDecodeError:
        mistakes.add(file, "not UTF-8")
        return
    there = _TEMPLATES.list_templates()
    for name in includes:
        if name not in there:
            shown = "an include that is worked out" if name is None else f"include {name!r}"
            mistakes.add(file, f"{shown}: unknown, allowed: {', '.join(there)}")
    if allowed is None:
        return
    for name in sorted(names - allowed):
        mistakes.add(file, f"{name}: unknown, allowed: {', '.join(sorted(allowed))}")


def _may_be_template(text: str) -> bool:
    return "{{" in text or "{%" in text or "<#" in text


@lru_cache(maxsize=512)
def _named(text: str) -> tuple[Sequence[str | None], frozenset[str]]:
    """The templates that one includes, None for one that is worked out, and the variables that it asks for.

    Each attempt and each judging of a record reads its scenario again, and all of its scripts with it.
    """
    parsed = _TEMPLATES.parse(text)
    includes = tuple(meta.find_referenced_templates(parsed))
    return includes, frozenset(meta.find_undeclared_variables(parsed))


@lru_cache(maxsize=512)
def _template(text: str) -> Template:
    return _TEMPLATES.from_string(text)
