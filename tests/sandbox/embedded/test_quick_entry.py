"""What is looked at in an enclosed workstation is what is there, whichever way in this machine has."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from grader.model.errors import GraderError
from grader.model.studio import WORKSTATION_PATHS
from grader.sandbox.embedded import quick_entry, workstation
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.workstation import FolderWorkstation, can_enclose
from grader.sandbox.embedded.workstation_files import make_data_mount, make_places

_NAMESPACES = ("--user", "--map-root-user", "--mount", "--net", "--uts", "--pid", "--fork")
_INSIDE = f"""set -e
mount -t tmpfs -o size=64k none /mnt
echo inside >/mnt/note
mount -t tmpfs none /home
mkdir -p {WORKSTATION_PATHS["studio"]}
echo ready
exec cat"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[FolderWorkstation]:
    """One with a file system of its own on /mnt."""
    if not can_enclose():
        pytest.skip("this machine lets an ordinary user have no namespaces: there is no enclosure")
    places = Places(tmp_path / "attempt")
    make_places(places)
    make_data_mount(places)
    places.enclosure.parent.mkdir(parents=True, exist_ok=True)
    places.enclosure.touch()
    command = ["unshare", *_NAMESPACES, "--kill-child", "sh", "-c", _INSIDE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as outer:
        assert outer.stdout is not None
        assert outer.stdout.readline() == b"ready\n"
        (first,) = Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text("ascii").split()
        places.holder.parent.mkdir(parents=True, exist_ok=True)
        places.holder.write_text(first, encoding="ascii")
        yield FolderWorkstation(places)
        outer.communicate()


def _no_other_way(*_words: object, **_options: object) -> NoReturn:
    raise AssertionError("it went the slow way")


@pytest.mark.parametrize("quick", [True, False])
def test_what_is_there_and_what_is_not(
    place: FolderWorkstation, monkeypatch: pytest.MonkeyPatch, *, quick: bool
) -> None:
    """The same by either way; the place's own, and not this machine's."""
    if quick:
        monkeypatch.setattr(FolderWorkstation, "_execute", _no_other_way)
    else:
        monkeypatch.setattr(quick_entry, "_entering", lambda _programs: "")
    assert place.read("/mnt/note") == b"inside\n"
    assert place.read("/mnt/note", limit=3) == b"ins"
    assert place.read("/mnt/none") is None
    assert place.read("/mnt") is None
    room = place.disk("/mnt")
    assert room is not None
    assert room.size == 1 << 16
    assert place.disk("/none") is None


@pytest.mark.parametrize("program", ["exit 1", "echo not so; exit 3", "kill -9 $$", ""])
def test_where_the_quick_way_is_none_the_other_is_taken(
    place: FolderWorkstation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str
) -> None:
    """A program of the same name that can't do it, or that is not there any more, says nothing about a file."""
    other = tmp_path / "bin" / "nsenter"
    if program:
        other.parent.mkdir()
        other.write_text(f"#!/bin/sh\n{program}\n", encoding="ascii")
        other.chmod(0o755)
    monkeypatch.setattr(quick_entry, "_entering", lambda _programs: str(other))
    assert place.read("/mnt/note") == b"inside\n"
    assert place.read("/mnt/none") is None


def test_a_place_that_is_gone_is_told_so(place: FolderWorkstation) -> None:
    """Nothing is known of a file then, least of all that it is not there."""
    place.places.holder.unlink()
    with pytest.raises(GraderError) as raised:
        place.read("/mnt/note")
    assert "the workstation is not there" in (raised.value.detail or "")


def test_it_is_this_machine_s_own_program(tmp_path: Path) -> None:
    """Of the folders that hold its programs, and of no other; where there is none, there is no quick way."""
    holder = tmp_path / "holder"
    assert quick_entry.quick_entry(holder, workstation.SYSTEM_PATH) == []
    holder.write_text("12", encoding="ascii")
    assert quick_entry.quick_entry(holder, str(tmp_path)) == []
    (tmp_path / "nsenter").touch(0o755)
    quick_entry._entering.cache_clear()
    words = quick_entry.quick_entry(holder, str(tmp_path))
    assert words[:2] == [str(tmp_path / "nsenter"), "--target=12"]
