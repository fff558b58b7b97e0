"""Files and disks at the workstation, asked for in one go."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.model.observation import DiskUsage, FileRequest, WorkstationFile
from grader.sandbox.engines.engine import Engine
from grader.sandbox.process import Output
from grader.sandbox.workstation import files
from grader.sandbox.workstation.container import ContainerWorkstation
from grader.sandbox.workstation.files import listed, read_disk

from .programs import Programs

# Runs here what it is told to run in the container, which begins after the container's name.
_HERE = 'while [ "$1" != station ]; do shift; done; shift; PATH={path}; exec "$@"\n'


@pytest.fixture
def place(programs: Programs, tmp_path: Path) -> ContainerWorkstation:
    """A workstation whose container is this machine."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "python3").symlink_to(sys.executable)
    program = programs.add("podman", _HERE.format(path=f"'{tools}':/usr/bin:/bin"))
    return ContainerWorkstation(Engine("podman", program, "5.4.0"), "station")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder at the workstation."""
    made = tmp_path / "backups"
    made.mkdir()
    return made


def _found(
    place: ContainerWorkstation, pattern: str, *, limit: int = 10, most: int = 100
) -> Sequence[WorkstationFile]:
    (found,) = place.files([FileRequest(pattern, limit, most)])
    assert not isinstance(found, GraderError)
    return found


def _names(place: ContainerWorkstation, pattern: str) -> list[str]:
    return [f.path.rpartition("/")[2] for f in _found(place, pattern)]


def test_files_come_with_size_time_and_content(place: ContainerWorkstation, folder: Path) -> None:
    """A pattern's files come by name, with size, time of change and the bytes that were asked for."""
    (folder / "b.zip").write_bytes(bytes(range(256)))
    (folder / "a.zip").write_bytes(b"")
    (folder / "c.txt").write_bytes(b"other")
    os.utime(folder / "b.zip", (1_700_000_000, 1_600_000_000.25))
    empty, full = _found(place, f"{folder}/*.zip", limit=100)
    assert (empty.path, empty.size, empty.content) == (f"{folder}/a.zip", 0, b"")
    assert (full.size, full.content) == (256, bytes(range(100)))
    assert full.modified == pytest.approx(1_600_000_000.25)
    assert not full.link


def test_contents_are_left_where_they_are(place: ContainerWorkstation, folder: Path) -> None:
    """Where no content is asked for none is read, and all else is told."""
    (folder / "big").write_bytes(b"x" * 1000)
    (found,) = _found(place, f"{folder}/*", limit=0)
    assert (found.size, found.content) == (1000, None)


def test_any_name_is_told_as_it_is(place: ContainerWorkstation, folder: Path) -> None:
    """Names with newlines, quotes, leading hyphens or bytes that are no text come back as they are."""
    names = [b"a\nb.zip", b'-rf "$(id)".zip', b"\xff\xfe.zip", " é ".encode() + b".zip", b"{}.zip"]
    for name in names:
        Path(os.fsdecode(bytes(folder) + b"/" + name)).write_bytes(b"<" + name + b">")
    found = _found(place, f"{folder}/*.zip", limit=100)
    assert {os.fsencode(f.path.rpartition("/")[2]): f.content for f in found} == {
        name: b"<" + name + b">" for name in names
    }


def test_too_many_of_one_pattern_are_no_list(place: ContainerWorkstation, folder: Path) -> None:
    """As many files as there may be are told; one more is an error of that pattern, and the others are told all the same."""
    for name in ("a1", "a2", "a3", "b1"):
        (folder / name).write_bytes(name.encode())
    wanted = [
        FileRequest(f"{folder}/{pattern}", 10, most)
        for pattern, most in (("a*", 3), ("a*", 2), ("b*", 1))
    ]
    three, too_many, one = place.files(wanted)
    assert not isinstance(three, GraderError)
    assert not isinstance(one, GraderError)
    assert [f.content for f in three] == [b"a1", b"a2", b"a3"]
    assert [f.content for f in one] == [b"b1"]
    assert isinstance(too_many, GraderError)
    assert too_many.code is Code.SANDBOX_BROKEN
    assert "more than 2 files" in str(too_many)


def test_links_are_told_apart(place: ContainerWorkstation, folder: Path) -> None:
    """A link is told as one, with what it leads to; one that leads nowhere is there without content."""
    (folder / "file").write_bytes(b"content")
    (folder / "link").symlink_to("file")
    (folder / "nowhere").symlink_to("/no/such")
    (folder / "to-folder").symlink_to("/tmp")
    _file, link, nowhere = _found(place, f"{folder}/*")
    assert (link.link, link.size, link.content) == (True, 7, b"content")
    assert (nowhere.link, nowhere.content) == (True, None)


def test_what_is_no_file_is_left_out(place: ContainerWorkstation, folder: Path) -> None:
    """Folders and pipes are no files, and a pipe that nobody writes to keeps nobody waiting."""
    (folder / "folder.zip").mkdir()
    os.mkfifo(folder / "pipe.zip")
    (folder / ".hidden.zip").touch()
    assert _names(place, f"{folder}/*.zip") == []
    assert _names(place, f"{folder}/.*.zip") == [".hidden.zip"]


def test_folders_are_searched_where_the_pattern_says_so(
    place: ContainerWorkstation, folder: Path
) -> None:
    """Two stars stand for folders of any depth, one star for none."""
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "deep.zip").touch()
    assert _names(place, f"{folder}/**/*.zip") == ["deep.zip"]
    assert _names(place, f"{folder}/*/*.zip") == []


def test_what_can_not_be_read_has_no_content(place: ContainerWorkstation) -> None:
    """A file whose content may not be read is told without it."""
    (found,) = _found(place, "/proc/self/mem")
    assert found.content is None


def test_too_much_is_refused(
    place: ContainerWorkstation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More content than may be read in all is an error, not a list that lacks something."""
    monkeypatch.setattr(files, "MOST_BYTES", 15)
    for name in "ab":
        (folder / name).write_bytes(b"x" * 10)
    both, one = place.files([FileRequest(f"{folder}/{pattern}", 10, 9) for pattern in "*b"])
    assert isinstance(both, GraderError)
    assert both.code is Code.SANDBOX_BROKEN
    assert not isinstance(one, GraderError)
    assert len(one) == 1


def test_a_workstation_that_is_gone_has_no_empty_list(
    place: ContainerWorkstation, programs: Programs
) -> None:
    """Where the container does not answer no list is invented."""
    programs.says("podman", "", exit_code=125, stderr="no such container")
    wanted = [FileRequest("/backups/*", 1, 1)]
    for ask in (lambda: place.files(wanted), lambda: place.disk("/backups")):
        with pytest.raises(GraderError) as caught:
            ask()
        assert caught.value.code is Code.SANDBOX_BROKEN


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b'{"path": "/a", "size": 1, "modified": 1.0, "link": false}\n',
        b'{"path": "/a", "size": 9, "modified": 1.0, "link": false, "bytes": 9}\nab',
        b'{"path": "/a", "size": 9, "modified": 1.0, "link": false, "bytes": 9}\nab{"end": 1, "all": true}\n',
        b'{"end": 1, "all": true}\n',
        b'{"end": 0}\n',
        b'{"end": 0, "all": true}\nmore\n',
        b'{"end": 0, "all": true}\n{"end": 0, "all": true}\n',
        b"Killed\n",
    ],
)
def test_a_list_that_was_cut_off_is_no_list(said: bytes) -> None:
    """A listing without its end, or with another one, is an error."""
    with pytest.raises(GraderError) as caught:
        listed(Output("python3", 0, said, ""), [FileRequest("/a", 9, 9)])
    assert caught.value.code is Code.SANDBOX_BROKEN


def test_a_disk_is_measured(place: ContainerWorkstation, folder: Path) -> None:
    """A disk's size, use and room are those that the system tells; a path that is not there has none."""
    seen = place.disk(str(folder))
    assert seen is not None
    assert seen.size == shutil.disk_usage(folder).total
    assert 0 < seen.used < seen.size
    assert seen.free <= seen.size - seen.used
    assert place.disk(str(folder / "none")) is None
    assert read_disk("4096 100 40 30\n") == DiskUsage(409_600, 245_760, 122_880)
