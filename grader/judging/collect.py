"""Which checks a scenario has, without running them."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pytest
from jinja2 import TemplateError

from grader.checks.declaration import ATTRIBUTE, Declaration, check_id
from grader.checks.rendering import rendered
from grader.judging.authoring.mistakes import Mistakes
from grader.judging.authoring.templates import rendered_text, variables
from grader.judging.pytest_run import run_pytest
from grader.model.scenario import Scenario


@dataclass(frozen=True)
class DeclaredCheck:
    """A check of a scenario.

    Attributes:
        id: Unique in the scenario, such as "pods-ready".
        declaration: Its title, points and what it wants observed.
    """

    id: str
    declaration: Declaration


def collect_checks(scenario: Scenario) -> tuple[DeclaredCheck, ...]:
    """The checks of a scenario in the order of its files.

    Raises:
        GraderError: scenario-invalid: a file that can't be imported, a test function without
            @check, two checks of the same name, no objective check, an answer that names a check
            which does not exist, a text that names a parameter which does not.
    """
    folder = scenario.folder
    written = _collected(folder, tuple((file, _digest(file)) for file in check_files(folder)))
    mistakes = Mistakes(folder)
    _check_answers(scenario, written, mistakes)
    checks = _with_parameters(scenario, written, mistakes)
    mistakes.stop_if_any()
    return checks


def check_files(folder: Path) -> list[Path]:
    """The files of a scenario's folder that hold its checks, sorted."""
    return sorted(folder.glob("test_*.py"))


def declaration_of(item: pytest.Item) -> Declaration | None:
    """What a collected function declares; None where it is not a check."""
    declaration = getattr(getattr(item, "function", None), ATTRIBUTE, None)
    return declaration if isinstance(declaration, Declaration) else None


def item_check_id(item: pytest.Item) -> str:
    """The id of the check that a collected function is."""
    return check_id(item.name)


@lru_cache(maxsize=64)
def _collected(folder: Path, files: tuple[tuple[Path, str], ...]) -> tuple[DeclaredCheck, ...]:
    mistakes = Mistakes(folder)
    for file, _ in files:
        _check_names(file, mistakes)
    mistakes.stop_if_any()
    collector = _Collector()
    run = run_pytest(folder, [file for file, _ in files], collector, collect_only=True)
    for name, text in collector.broken:
        mistakes.add(folder / name, f"can't be collected: {text}")
    if not collector.finished and not collector.broken:
        mistakes.add(folder, f"pytest ended before it had collected the checks: {run.output}")
    for item in collector.undeclared:
        mistakes.add(item.path, f"{item.name}: not a check, allowed: functions under @check(...)")
    for twice, count in Counter(check.id for check in collector.checks).items():
        if count > 1:
            mistakes.add(folder, f"{twice}: {count} checks of this name, allowed: one")
    if collector.finished and all(c.declaration.guard for c in collector.checks):
        mistakes.add(folder, "no objective check, allowed: at least one")
    mistakes.stop_if_any()
    return tuple(collector.checks)


@dataclass
class _Collector:
    """The plugin that notes what pytest collects."""

    checks: list[DeclaredCheck] = field(default_factory=list)
    undeclared: list[pytest.Item] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    finished: bool = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that can't be imported."""
        if report.failed:
            self.broken.append((report.nodeid, report.longreprtext))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the checks."""
        self.finished = True
        for item in session.items:
            declaration = declaration_of(item)
            if declaration is None:
                self.undeclared.append(item)
            else:
                self.checks.append(DeclaredCheck(item_check_id(item), declaration))


def _check_names(file: Path, mistakes: Mistakes) -> None:
    """Python lets a second function of the same name silently replace the first."""
    try:
        body: Sequence[ast.stmt] = ast.parse(file.read_bytes()).body
    except (SyntaxError, ValueError):
        return  # pytest reports it, with the line
    lines: dict[str, int] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name in lines:
                text = f"{node.name}: a second time, the first is in line {lines[node.name]}"
                mistakes.add(file, text, line=node.lineno)
            lines[node.name] = node.lineno


def _with_parameters(
    scenario: Scenario, checks: Sequence[DeclaredCheck], mistakes: Mistakes
) -> tuple[DeclaredCheck, ...]:
    values = variables(scenario)
    found = []
    for check in checks:
        try:
            declaration = rendered(check.declaration, lambda text: rendered_text(text, values))
        except TemplateError as error:
            mistakes.add(scenario.folder, f"{check.id}: a text can't be rendered: {error}")
        else:
            found.append(DeclaredCheck(check.id, declaration))
    return tuple(found)


def _check_answers(scenario: Scenario, checks: Sequence[DeclaredCheck], mistakes: Mistakes) -> None:
    known = {check.id: check.declaration for check in checks}
    for answer in scenario.answers:
        for name in sorted(answer.expects.failed - known.keys()):
            text = f"failed={name}, allowed: {', '.join(known)}"
            mistakes.add(answer.path, text)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
