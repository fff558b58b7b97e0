"""The reference pages in the documentation."""

from __future__ import annotations

import pytest
import typer.main

from grader.cli.main import app
from grader.cli.reference import commands_page, errors_page, pages, walk
from grader.model.errors import Code
from tests.exam.processes import ROOT

COMMANDS = dict(walk(typer.main.get_command(app), "grader"))


@pytest.mark.parametrize("name", sorted(pages()))
def test_committed_pages_are_current(name: str) -> None:
    """The reference in the documentation is what the program says of itself now."""
    committed = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert committed == pages()[name], "python -m grader.cli.reference docs/reference"


@pytest.mark.parametrize("path", COMMANDS)
def test_command_is_documented(path: str) -> None:
    """Every command says what it does, and so does each of its options and arguments."""
    command = COMMANDS[path]
    assert command.help
    assert f"\n## {path}\n" in commands_page()
    section = commands_page().partition(f"\n## {path}\n")[2].partition("\n## ")[0]
    for parameter in command.params:
        assert parameter.help, parameter.name
        if parameter.param_type_name == "option" and not parameter.hidden:
            assert f"`{parameter.opts[0]}" in section or parameter.opts[-1] in section


@pytest.mark.parametrize("path", COMMANDS)
def test_json_everywhere(path: str) -> None:
    """Every command that answers has `--json`; the shell and the paper at a terminal belong to the candidate."""
    command = COMMANDS[path]
    answers = path not in {
        "grader",
        "grader image",
        "grader bench",
        "grader candidate",
        "grader exam",
        "grader shell",
        "grader theory",
    }
    assert ("--json" in {word for p in command.params for word in p.opts}) is answers


@pytest.mark.parametrize("code", Code, ids=lambda code: code.slug)
def test_error_code_is_documented(code: Code) -> None:
    """Every error code is in the reference with its exit code and meaning."""
    assert f"| `{code.slug}` | {int(code.exit_code)} | {code.meaning} |" in errors_page()
