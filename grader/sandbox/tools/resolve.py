"""Finds a pinned program: in a setting, in the cache, on PATH, at its release page, or builds it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.sandbox.faults import faults_named
from grader.sandbox.process import Commands
from grader.sandbox.settings import settings
from grader.sandbox.tools.compile import compile_tool
from grader.sandbox.tools.download import download_tool
from grader.sandbox.tools.pins import Tool, pins


def _silent(_text: str) -> None:
    return


def tool(
    name: str, note: Callable[[str], None] = _silent, commands: Commands | None = None
) -> Path:
    """The program called `name`, ready to run.

    Raises:
        GraderError: tool-missing where no place has it and it can't be built; tool-checksum.
    """
    return find_tool(name) or cached_build(pins()[name], note, commands=commands)


def pinned_tool(
    name: str, note: Callable[[str], None] = _silent, commands: Commands | None = None
) -> Path:
    """The program called `name` in exactly the pinned version, whatever else is on this machine."""
    return cached_build(pins()[name], note, commands=commands)


def find_tool(name: str) -> Path | None:
    """The program called `name` if nothing has to be fetched or built for it."""
    pin = pins()[name]
    # One on PATH would have to be asked for its version, at every start.
    return _in_setting(pin) or _in_cache(pin) or _on_path(pin)


def cached_build(pin: Tool, note: Callable[[str], None], *, commands: Commands | None) -> Path:
    """The program from the cache; first put there if it is not."""
    found = _in_cache(pin)
    if found:
        return found
    with faults_named(), _lock(pin.name):
        # Another grader may have made it while this one waited.
        found = _in_cache(pin)
        if found:
            return found
        downloaded, built = _cache_paths(pin)
        downloaded.parent.mkdir(parents=True, exist_ok=True)
        built.parent.mkdir(parents=True, exist_ok=True)
        if download_tool(pin, downloaded, note):
            return downloaded
        if settings().offline and not shutil.which("go"):
            raise GraderError(
                Code.TOOL_MISSING,
                f"{pin.name} {pin.version} is not on this machine and GRADER_OFFLINE is set",
                hint="run `grader setup` once with a network",
            )
        compile_tool(pin, built, note, commands)
        return built


def _cache_paths(pin: Tool) -> tuple[Path, Path]:
    folder = settings().cache / "tools" / pin.key
    return folder / "released" / pin.name, folder / "built" / pin.name


def _in_cache(pin: Tool) -> Path | None:
    downloaded, built = _cache_paths(pin)
    for path in (downloaded, built):
        if path.is_file():
            return path
    return None


def _in_setting(pin: Tool) -> Path | None:
    folder = settings().tools
    if folder is None:
        return None
    path = folder / pin.name
    return path if path.is_file() and os.access(path, os.X_OK) else None


def _on_path(pin: Tool) -> Path | None:
    if not pin.fits:
        return None
    found = shutil.which(pin.name)
    if found is None:
        return None
    try:
        said = Commands().run([found, *pin.ask], timeout_s=10)
    except GraderError:
        # A program for another machine, or one that this user may not run.
        return None
    match = re.search(r"v?(\d+(?:\.\d+)+)", said.text)
    if said.exit_code == 0 and match and f"{match[1]}.".startswith(f"{pin.fits}."):
        return Path(found)
    return None


@contextmanager
def _lock(name: str) -> Iterator[None]:
    folder = settings().cache / "tools"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
