"""A pinned module is changed in a copy, line by line, or the build stops."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.process import Commands
from grader.sandbox.tools.changes import changed_modules
from grader.sandbox.tools.compile import find_go


def _module(tmp_path: Path, text: str) -> Path:
    source = tmp_path / "cache"
    source.mkdir()
    (source / "a.go").write_text(text, encoding="utf-8")
    (source / "b.go").write_text("package a\n", encoding="utf-8")
    return source


def _recipe(tmp_path: Path, find: str, replaced: str = "") -> Path:
    folder = tmp_path / "tool"
    folder.mkdir()
    (folder / "go.mod").write_text(f"module x\n{replaced}", encoding="utf-8")
    (folder / "go.sum").write_text("", encoding="utf-8")
    (folder / "changes.toml").write_text(
        f'[[change]]\nmodule = "m"\nfile = "a.go"\nfind = "{find}"\nput = "new"\n', encoding="utf-8"
    )
    return folder


def _go(tmp_path: Path, module: Path) -> Path:
    """The compiler, but that it knows where a module lies without asking for it."""
    program = tmp_path / "go"
    said = json.dumps({"Dir": str(module)})
    real = find_go(lambda _text: None, Commands())
    program.write_text(
        f'#!/bin/sh\n[ "$2" = download ] && {{ echo \'{said}\'; exit; }}\nexec {real} "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


def _replacements(made: Path) -> list[str]:
    return [line for line in made.read_text("utf-8").splitlines() if line.startswith("replace")]


@pytest.mark.parametrize("replaced", ["", "replace m => m v1.2.3\n"])
def test_a_copy_is_changed_and_the_cache_is_not(tmp_path: Path, replaced: str) -> None:
    """The go.mod of the build names a copy with the change in it; Go's cache stays what it was."""
    module, folder = _module(tmp_path, "package a // old\n"), _recipe(tmp_path, "old", replaced)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    made = changed_modules(folder, scratch, _go(tmp_path, module), {}, Commands())
    assert made is not None
    copy = scratch / "0"
    assert _replacements(made) == [f"replace m => {copy}"]
    assert (folder / "go.mod").read_text(encoding="utf-8") == f"module x\n{replaced}"
    assert (copy / "a.go").read_text(encoding="utf-8") == "package a // new\n"
    assert (copy / "b.go").exists()
    assert (module / "a.go").read_text(encoding="utf-8") == "package a // old\n"


@pytest.mark.parametrize("text", ["package a\n", "old old\n"])
def test_a_change_that_does_not_fit_stops_the_build(tmp_path: Path, text: str) -> None:
    """A text that is not there, or there twice, is an error that names the file."""
    module, folder = _module(tmp_path, text), _recipe(tmp_path, "old")
    (tmp_path / "scratch").mkdir()
    with pytest.raises(GraderError) as caught:
        changed_modules(folder, tmp_path / "scratch", _go(tmp_path, module), {}, Commands())
    assert caught.value.code is Code.TOOL_MISSING
    assert caught.value.where == "m/a.go"


def test_a_tool_without_changes_is_built_as_it_is(tmp_path: Path) -> None:
    """Most tools are their projects' own, unchanged."""
    assert changed_modules(tmp_path, tmp_path, tmp_path / "go", {}, Commands()) is None
