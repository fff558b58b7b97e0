"""The services' data put back by the node's own programs, and what runs there."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pivori_stub.durable import locked

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind import data_files
from grader.sandbox.kind.data_files import list_data, pack_data, restore_data
from grader.sandbox.kind.node_processes import read_processes
from grader.sandbox.process import Commands
from grader.sandbox.reset.origin import touched

NODE = "node"


class HereEngine(Engine):
    """Runs what is to run in a container on this machine."""

    def execute(self, container: str, *argv: str, **options: object) -> object:  # type: ignore[override]
        """Run it here."""
        del container
        options.pop("commands", None)
        return Commands().run(argv, **options)  # type: ignore[arg-type]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with two services in it, in place of the node's."""
    folder = tmp_path / "data"
    for service in ("audio", "game"):
        (folder / service).mkdir(parents=True)
        (folder / service / "store.json").write_text(service)
    monkeypatch.setattr(data_files, "NODE_DATA", str(folder))
    return folder


@pytest.fixture
def engine() -> Engine:
    """What the node's programs are run with."""
    return HereEngine("podman", Path("/bin/false"), "0")


def _delete(data: Path) -> None:
    (data / "audio" / "store.json").unlink()


def _overwrite_with_the_old_times(data: Path) -> None:
    file = data / "audio" / "store.json"
    subprocess.run(["cp", "-p", file, data.parent / "old"], check=True)
    file.write_text("AUDIO")
    subprocess.run(["touch", "-r", data.parent / "old", file], check=True)


def _add(data: Path) -> None:
    (data / "audio" / "-rf odd\nname").mkdir()
    (data / "audio" / ".hidden").write_text("x")


def _lock(data: Path) -> None:
    (data / "audio" / "store.json").chmod(0)


@pytest.mark.parametrize("damage", [_delete, _overwrite_with_the_old_times, _add, _lock])
def test_damaged_data_comes_back(data: Path, engine: Engine, damage: object) -> None:
    """Whatever was done to a service's data is noticed, and undone; the folder stays the one that pods mount."""
    assert callable(damage)
    before, archive = list_data(engine, NODE, Commands()), pack_data(engine, NODE, Commands())
    mounted = (data / "audio").stat().st_ino
    untouched = (data / "game" / "store.json").stat()
    damage(data)
    parts = touched(before, list_data(engine, NODE, Commands()))
    assert parts == ["audio"]
    restore_data(engine, NODE, archive, parts, Commands())
    assert [f.name for f in (data / "audio").iterdir()] == ["store.json"]
    assert (data / "audio" / "store.json").read_text() == "audio"
    assert (data / "audio" / "store.json").stat().st_mode & 0o777 == 0o644
    assert (data / "audio").stat().st_ino == mounted
    assert (data / "game" / "store.json").stat().st_ctime_ns == untouched.st_ctime_ns


def test_what_was_not_there_goes(data: Path, engine: Engine) -> None:
    """A file or folder beside the services' own goes; nothing is restored where nothing was touched."""
    before, archive = list_data(engine, NODE, Commands()), pack_data(engine, NODE, Commands())
    restore_data(engine, NODE, archive, [], Commands())
    assert touched(before, list_data(engine, NODE, Commands())) == []
    (data / "mine").mkdir()
    (data / "mine" / "x").touch()
    (data / "note").touch()
    parts = touched(before, list_data(engine, NODE, Commands()))
    assert parts == ["mine", "note"]
    restore_data(engine, NODE, archive, parts, Commands())
    assert sorted(f.name for f in data.iterdir()) == ["audio", "game"]


def test_a_service_that_starts_meanwhile_waits(
    data: Path, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From before its folder is emptied until all is back it can't have the lock, which it takes to fill an empty one."""
    archive = pack_data(engine, NODE, Commands())
    for name in ("find", "tar"):
        real = shutil.which(name)
        told = f"flock --nonblock {data / 'audio'} true; echo {name} $? >> {tmp_path / 'told'}"
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(f'#!/bin/sh\n{told}\nexec {real} "$@"\n')
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    restore_data(engine, NODE, archive, ["audio", "game"], Commands())
    answers = (tmp_path / "told").read_text().splitlines()
    assert answers == ["find 1", "find 1", "tar 1", "tar 1"]
    monkeypatch.undo()
    subprocess.run(["flock", "--nonblock", data / "audio", "true"], check=True)


def test_a_lock_that_is_kept_is_told(
    data: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever does not give it back keeps nobody waiting for ever, and nothing was touched by then."""
    before, archive = list_data(engine, NODE, Commands()), pack_data(engine, NODE, Commands())
    monkeypatch.setattr(data_files, "_LOCK_S", 0)
    with locked(data / "game"), pytest.raises(GraderError) as raised:
        restore_data(engine, NODE, archive, ["audio", "game"], Commands())
    assert raised.value.code is Code.SANDBOX_BROKEN
    assert "lock" in str(raised.value.detail)
    assert list_data(engine, NODE, Commands()) == before


def test_processes() -> None:
    """Processes are told by container; one that was stopped differs from one that runs."""
    one, other = "a" * 64, "b" * 64
    said = (
        f"/proc/12/cgroup:{one}\n/proc/12/cgroup:{one}.scope\n"
        f"/proc/7/cgroup:{other}\n/proc/130/cgroup:{one}.scope\n"
        "/proc/7/status:State:\tT (stopped)\n/proc/99/status:State:\tT (stopped)\n"
    )
    assert read_processes(said) == {one: ["12", "130"], other: ["T7"]}
