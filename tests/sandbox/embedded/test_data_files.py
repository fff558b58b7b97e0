"""The services' data of an embedded sandbox is put back as it was, whatever a candidate made of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Thread

import pytest
from pivori_stub import store
from pivori_stub.durable import locked, write_durably
from pivori_stub.store import Store

from grader.sandbox.embedded import data_files
from grader.sandbox.embedded.data_files import list_data, pack_data, restore_data
from grader.sandbox.embedded.emptying import empty
from grader.sandbox.reset.origin import lasting, touched

# Far more than a service needs that does not wait.
_MOMENT_S = 0.3


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with two services in it."""
    folder = tmp_path / "data"
    for service in ("audio", "game"):
        (folder / service / "deep").mkdir(parents=True)
        (folder / service).chmod(0o777)
        (folder / service / "store.json").write_text(service)
        (folder / service / "deep/more").write_text("more")
        (folder / service / "link").symlink_to("store.json")
        (folder / service / "store.json").chmod(0o640)
        os.utime(folder / service / "store.json", ns=(1, 1_700_000_000_123_456_789))
    return folder


def _overwrite_with_the_old_times(data: Path) -> None:
    file = data / "audio/store.json"
    times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    file.write_text("AUDIO")
    os.utime(file, ns=times)


def _shut(data: Path) -> None:
    (data / "audio/shut/in").mkdir(parents=True)
    (data / "audio/shut/in/mine").write_text("mine")
    (data / "audio/shut").chmod(0)


def _link_elsewhere(data: Path) -> None:
    empty(data / "audio")
    (data / "audio").rmdir()
    (data / "audio").symlink_to(data / "game")


DAMAGE: Mapping[str, Callable[[Path], object]] = {
    "overwritten with the old times": _overwrite_with_the_old_times,
    "a folder that is shut": _shut,
    "a link elsewhere": _link_elsewhere,
    "emptied": lambda data: empty(data / "audio"),
    "a file's rights": lambda data: (data / "audio/store.json").chmod(0o600),
    "a folder's rights": lambda data: (data / "audio/deep").chmod(0o077),
    "a link gone": lambda data: (data / "audio/link").unlink(),
    "an odd name": lambda data: (data / "audio/odd\nname").write_text("x"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_seen_and_undone(data: Path, damage: Callable[[Path], object]) -> None:
    """Only what was touched is put back, with content, rights and times; the other service's files stay the very same."""
    before, archive = list_data(data), pack_data(data)
    damage(data)
    parts = touched(before, list_data(data))
    assert parts == ["audio"]
    restore_data(data, archive, parts)
    assert lasting(list_data(data)) == lasting(before)
    assert touched(before, list_data(data)) == ["audio"]
    assert (data / "game/store.json").read_text() == "game"


def test_what_was_not_there_goes(data: Path) -> None:
    """A folder and a file beside the services' are taken away."""
    before, archive = list_data(data), pack_data(data)
    (data / "mine/deep").mkdir(parents=True)
    (data / "file").write_text("mine")
    parts = touched(before, list_data(data))
    assert parts == ["file", "mine"]
    restore_data(data, archive, parts)
    assert list_data(data).keys() == before.keys()


def test_emptying_follows_no_link(tmp_path: Path) -> None:
    """What a link leads to is not the folder's."""
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    for folder in (outside, inside / "shut"):
        folder.mkdir(parents=True)
        (folder / "file").write_text("x")
    (inside / "away").symlink_to(outside)
    (inside / "shut").chmod(0)
    empty(inside)
    assert list(inside.iterdir()) == []
    assert (outside / "file").read_text() == "x"
    empty(tmp_path / "nowhere")


def test_it_is_told_alike_to_each_user_whose_it_is(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a seed tells of its data holds for every user who lays it out, and what is somebody else's differs."""
    own = list_data(data)
    assert {told.split(" ")[2] for told in own.values()} == {"own"}
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert touched(own, list_data(data)) == ["audio", "game"]


def test_a_service_that_starts_meanwhile_waits(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It never finds its folder empty, which it would fill with samples of its own."""
    (data / "audio" / "store.json").unlink()
    service = Store(data / "audio", "audio", {"sample": {}})
    service.open()
    archive = pack_data(data)
    as_kept = (data / "audio" / "store.json").stat().st_mtime_ns
    starting = Thread(target=Store(data / "audio", "audio", {"other": {}}).open)
    writing, put_back = Event(), Event()
    clear, write = data_files._clear, write_durably

    def cleared(path: Path) -> None:
        clear(path)
        starting.start()
        writing.wait(_MOMENT_S)

    def written(file: Path, content: bytes) -> None:
        writing.set()
        put_back.wait()
        write(file, content)

    monkeypatch.setattr(data_files, "_clear", cleared)
    monkeypatch.setattr(store, "write_durably", written)
    restore_data(data, archive, ["audio"])
    put_back.set()
    starting.join()
    assert service.records() == {"sample": {}}
    assert (data / "audio" / "store.json").stat().st_mtime_ns == as_kept


def test_a_lock_that_is_kept_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever does not give it back keeps nobody waiting for ever, and nothing was touched by then."""
    archive = pack_data(data)
    monkeypatch.setattr(data_files, "_LOCK_S", 0.0)
    with locked(data / "audio"), pytest.raises(TimeoutError, match="audio"):
        restore_data(data, archive, ["audio"])
    assert pack_data(data) == archive
    restore_data(data, archive, ["audio"])
