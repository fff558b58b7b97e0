"""The stub services' images: one for each service and release, all of the same two layers."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from grader.model.errors import Code
from grader.sandbox.image import archive, closure, layer, recipe
from grader.sandbox.image.archive import Image, write_archive
from grader.sandbox.image.closure import MERGED_USR, with_libraries
from grader.sandbox.image.layer import Layer, Member, members_below, write_members
from grader.sandbox.process import Commands
from grader.sandbox.services import services
from grader.sandbox.settings import data_folder

_PYTHON = "usr/bin/python3.11"
_LIBRARY = "usr/lib/python3.11"
# Parts of the standard library that a service never imports; they are most of its size.
_LEFT_OUT = {
    "asyncio",
    "config-3.11-x86_64-linux-gnu",
    "ctypes",
    "curses",
    "dbm",
    "distutils",
    "email",
    "lib2to3",
    "lib-dynload",
    "multiprocessing",
    "pydoc_data",
    "sqlite3",
    "test",
    "unittest",
    "wsgiref",
    "xml",
    "xmlrpc",
}
_PROGRAM = ("serve.py", "services.toml", "pivori_stub")


def stub_folder() -> Path:
    """The program and its data file."""
    return data_folder("fixtures") / "services"


def stub_digest() -> str:
    """The recipe's digest."""
    files = [stub_folder() / name for name in _PROGRAM]
    packages = data_folder("fixtures") / "images" / "packages.txt"
    return recipe.digest([*files, packages], [], [archive, closure, layer, sys.modules[__name__]])


def write_stub_archive(
    path: Path, scratch: Path, tree: Path, commands: Commands, *, stable_only: bool = False
) -> None:
    """Write every stub image into one archive.

    Args:
        path: The archive.
        scratch: Where layers are made.
        tree: The Debian tree that Python is taken from.
        commands: Runs the tree's Python.
        stable_only: Leave out all but the releases that are deployed by default.
    """
    layers = [
        _python_layer(scratch / "python.tar", tree, commands),
        _program_layer(scratch / "program.tar", tree, commands),
    ]
    images = [
        Image(
            f"{service.repository}:{version}",
            layers,
            entrypoint=[f"/{_PYTHON}", "-EsS", "/app/serve.py"],
            environment={
                "MALLOC_ARENA_MAX": "1",
                "PIVORI_SERVICE": service.id,
                "PIVORI_VERSION": version,
            },
            user="1000:1000",
            folder="/app",
        )
        for service in services().values()
        for version in service.versions
        if version == service.stable or not stable_only
    ]
    write_archive(path, images)


def _python_layer(path: Path, tree: Path, commands: Commands) -> Layer:
    kept = [
        member
        for member in members_below(tree / _LIBRARY, f"{_LIBRARY}/")
        if member.name.removeprefix(f"{_LIBRARY}/").split("/")[0] not in _LEFT_OUT
        or "/_json." in member.name
    ]
    program = with_libraries(tree, [_PYTHON], commands)
    folders = [Member("data"), Member("etc"), Member("tmp", 0o1777)]
    passwd = Member("etc/passwd", 0o644, content=b"studio:x:1000:1000::/:/sbin/nologin\n")
    return write_members(path, [*kept, *program, *folders, passwd, *MERGED_USR])


def _program_layer(path: Path, tree: Path, commands: Commands) -> Layer:
    """The program with its bytecode, which a read-only file system could not take later."""
    place = tree / "app"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    try:
        for name in _PROGRAM:
            source = stub_folder() / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, place / name, ignore=ignored)
            else:
                shutil.copy(source, place / name)
        # Layers carry no times, so bytecode must not be compared with its source's.
        commands.run(
            [
                "chroot",
                tree,
                f"/{_PYTHON}",
                "-m",
                "compileall",
                "-q",
                "--invalidation-mode=unchecked-hash",
                "/app",
            ]
        ).checked(Code.IMAGE_BUILD)
        return write_members(path, [Member("app"), *members_below(place, "app/")])
    finally:
        shutil.rmtree(place, ignore_errors=True)
