"""Builds a pinned program with a few lines of its modules changed, as `changes.toml` beside its go.mod says.

The module that is changed is copied out of Go's cache, verified as ever, and a go.mod of the build's own names the
copy. A change whose text is not there exactly once stops the build.
"""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.model.errors import Code, GraderError
from grader.sandbox.process import Commands

_FILE = "changes.toml"
_DOWNLOAD_S = 900


def changed_modules(
    folder: Path, scratch: Path, go: Path, environment: Mapping[str, str], commands: Commands
) -> Path | None:
    """Copy the modules that are changed into `scratch`; the go.mod that names the copies, None without changes.

    Args:
        folder: The folder of the go.mod.
        scratch: An empty folder that lives as long as the build.
        go: The compiler.
        environment: The build's variables.
        commands: Runs the compiler.

    Raises:
        GraderError: tool-missing, where a module can't be had or a change does not fit it.
    """
    recipe = folder / _FILE
    if not recipe.exists():
        return None
    copies: dict[str, Path] = {}
    for change in tomllib.loads(recipe.read_text(encoding="utf-8"))["change"]:
        module = change["module"]
        if module not in copies:
            copies[module] = scratch / str(len(copies))
            source = _module_folder(module, folder, go, environment, commands)
            shutil.copytree(source, copies[module], copy_function=_linked)
            for path in (copies[module], *copies[module].rglob("*")):
                if path.is_dir():
                    path.chmod(0o755)
        _apply(change, copies[module] / change["file"])
    target = scratch / "go.mod"
    for name in ("go.mod", "go.sum"):
        shutil.copyfile(folder / name, scratch / name)
    # Kubernetes' modules are named by a replacement already: the copy takes its place.
    copied = [f"-replace={module}={copy}" for module, copy in copies.items()]
    commands.run([go, "mod", "edit", *copied, target], cwd=folder, environment=environment).checked(
        Code.TOOL_MISSING
    )
    return target


def _apply(change: Mapping[str, Any], path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if text.count(change["find"]) != 1:
        raise GraderError(
            Code.TOOL_MISSING,
            f"a change does not fit the pinned module: its text is there {text.count(change['find'])} times",
            where=f"{change['module']}/{change['file']}",
            detail=change["find"],
        )
    # The file may be a link to the one in Go's cache, which must stay as it is.
    path.unlink()
    path.write_text(text.replace(change["find"], change["put"]), encoding="utf-8")


def _module_folder(
    module: str, folder: Path, go: Path, environment: Mapping[str, str], commands: Commands
) -> Path:
    output = commands.run(
        [go, "mod", "download", "-json", module],
        cwd=folder,
        environment=environment,
        timeout_s=_DOWNLOAD_S,
    ).checked(Code.TOOL_MISSING, hint="run `grader setup` once with a network")
    return Path(json.loads(output.text)["Dir"])


def _linked(source: str, target: str) -> None:
    """Link a file, which takes no space, or copy it where the two folders are on different disks."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
