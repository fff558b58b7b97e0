"""What this machine grants a sandbox."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox import host
from grader.sandbox.host import Limit, limits, require_inotify


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose /proc is a folder with a little memory and few inotify instances."""
    folder = tmp_path / "proc"
    (folder / "sys/fs/inotify").mkdir(parents=True)
    monkeypatch.setattr(
        host,
        "Path",
        lambda path: (
            folder / path.removeprefix("/proc/") if path.startswith("/proc") else Path(path)
        ),
    )
    _set(folder, instances=64, memory_kib=1 << 20)
    return folder


def _set(folder: Path, *, instances: int, memory_kib: int) -> None:
    inotify = folder / "sys/fs/inotify/max_user_instances"
    inotify.write_text(f"{instances}\n", encoding="utf-8")
    memory = f"MemTotal: 99 kB\nMemAvailable:   {memory_kib} kB\nSwapFree: 0 kB\n"
    (folder / "meminfo").write_text(memory, encoding="utf-8")


def _named(name: str) -> Limit:
    (found,) = [limit for limit in limits() if limit.name == name]
    return found


def test_every_limit_is_looked_at() -> None:
    """On this very machine each limit has a value and, for the day it is too low, a command."""
    found = limits()
    names = ["inotify instances", "free memory", "free disk space", "kernel modules' folder"]
    assert [limit.name for limit in found] == names
    assert all(limit.found and limit.mend for limit in found)


def test_inotify(proc: Path) -> None:
    """Too few instances are told with the number that is there; a usual machine's are enough."""
    assert not _named("inotify instances").enough
    assert _named("inotify instances").found == "64"
    _set(proc, instances=128, memory_kib=0)
    assert _named("inotify instances").enough


def test_a_kernel_without_inotify(proc: Path) -> None:
    """A kernel that has none grants none."""
    (proc / "sys/fs/inotify/max_user_instances").unlink()
    assert not _named("inotify instances").enough


def test_memory(proc: Path) -> None:
    """What counts is the memory that is available, in MiB."""
    assert not _named("free memory").enough
    assert _named("free memory").found.startswith("1024 MiB")
    _set(proc, instances=1, memory_kib=4 << 20)
    assert _named("free memory").enough


@pytest.mark.parametrize(("gib", "enough"), [(2, False), (3, True)])
def test_disk(gib: int, enough: bool, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is the space where the cache will be, before it is there."""
    asked: list[Path] = []

    def usage(path: Path) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(free=gib << 30)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    limit = _named("free disk space")
    assert limit.enough is enough
    assert limit.found == f"{gib} GiB at {cache}"
    assert asked == [cache.parent]


@pytest.mark.parametrize(
    ("there", "user", "enough"), [(True, 1000, True), (False, 1000, False), (False, 0, True)]
)
def test_kernel_modules(
    there: bool, user: int, enough: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder that kind mounts must be there, unless this is root, who can make it."""
    folder = tmp_path / "modules"
    if there:
        folder.mkdir()
    monkeypatch.setattr(host, "MODULES", folder)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    limit = _named("kernel modules' folder")
    assert limit.enough is enough
    assert limit.mend == f"sudo mkdir -p {folder}"


def _handles() -> int:
    """How many instances this process has; what else it opens and closes meanwhile is none of this."""
    found = 0
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found += "inotify" in str(handle.readlink())
    return found


def test_instances_are_tried_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they suffice or not, the instances that were tried are given back."""
    monkeypatch.setattr(host, "_NODE_INOTIFY", 2)
    before = _handles()
    require_inotify()
    assert _handles() == before
    monkeypatch.setattr(host, "_NODE_INOTIFY", 1_000_000)
    with pytest.raises(GraderError) as caught:
        require_inotify()
    assert _handles() == before
    error = caught.value
    assert error.code is Code.INOTIFY_EXHAUSTED
    assert error.hint == "sudo sysctl fs.inotify.max_user_instances=1024"
    assert "1000000" in error.what


def test_modules_folder_is_made_by_root_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root makes the folder that kind mounts; anybody else is told what to type."""
    folder = tmp_path / "modules"
    monkeypatch.setattr(host, "MODULES", folder)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(GraderError) as caught:
        host.require_modules_folder()
    assert caught.value.code is Code.ENGINE_UNFIT
    assert caught.value.hint == f"sudo mkdir -p {folder}"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    host.require_modules_folder()
    assert folder.is_dir()
