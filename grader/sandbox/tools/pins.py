"""The pinned programs, read from fixtures/tools/pins.toml."""

from __future__ import annotations

import hashlib
import platform
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grader.sandbox.settings import data_folder


@dataclass(frozen=True)
class Tool:
    """One program.

    Attributes:
        name: The program's file name.
        version: The pinned version, without "v".
        module: Folder of its go.mod below fixtures/tools.
        package: The Go package to build.
        flags: Which family of linker flags sets its version; "" for none.
        url: Where its release lies; "" where it is only built.
        checksum: Where the release's SHA-256 lies.
        member: Its path inside a release archive; "" where the release is the program itself.
        ask: Arguments that make it print its version.
        fits: Prefix of versions that serve as well.
    """

    name: str
    version: str
    module: str
    package: str
    flags: str = ""
    url: str = ""
    checksum: str = ""
    member: str = ""
    ask: tuple[str, ...] = ()
    fits: str = ""

    def filled(self, template: str) -> str:
        """A template of this pin with version, operating system and architecture filled in."""
        values = {"version": self.version, "os": "linux", "arch": architecture()}
        return template.format(url=self.url.format(**values) if self.url else "", **values)

    @property
    def key(self) -> str:
        """Names this very program: version, architecture and a digest of all that its build depends on."""
        digest = hashlib.sha256()
        folder = modules_folder() / self.module
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
        digest.update(f"{self.package}|{self.flags}".encode())
        return f"{self.name}-{self.version}-{architecture()}-{digest.hexdigest()[:12]}"


@dataclass(frozen=True)
class GoPin:
    """The Go compiler: the least version, and the package that carries one."""

    least: str
    package: str


def modules_folder() -> Path:
    """The folder of go.mod folders and of the pins."""
    return data_folder("fixtures") / "tools"


@cache
def pins() -> dict[str, Tool]:
    """Every pinned program by name."""
    return {name: _tool(name, table) for name, table in _read().items() if name != "go"}


def _tool(name: str, table: dict[str, Any]) -> Tool:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    return Tool(name=name, **values)


@cache
def go_pin() -> GoPin:
    """The pinned compiler."""
    return GoPin(**_read()["go"])


def architecture() -> str:
    """This machine's architecture in Go's words: "amd64" or "arm64"."""
    machine = platform.machine()
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)


@cache
def _read() -> dict[str, dict[str, Any]]:
    return tomllib.loads((modules_folder() / "pins.toml").read_text(encoding="utf-8"))
