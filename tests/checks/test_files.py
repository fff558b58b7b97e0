"""Files and disks of the workstation, as checks see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from grader.checks import CannotJudge, CheckFailed, check, disk_usage, workstation_files
from grader.checks.declaration import ATTRIBUTE, Declaration
from grader.checks.disks import Disks
from grader.checks.files import File, Files
from grader.model.observation import DiskUsage, FileRequest, Observation, WorkstationFile

ZIPS = workstation_files("/archives/*.zip", limit=10_000)
BACKUPS = disk_usage("/backups")


def declared(*files: str | FileRequest) -> Declaration:
    """What a check says of itself that wants these files."""
    return declaration_of(check(points=1, fr="x", en="x", files=files)(lambda: None))


def declaration_of(function: object) -> Declaration:
    """What the decorator left on a function."""
    found = getattr(function, ATTRIBUTE)
    assert isinstance(found, Declaration)
    return found


def listed(*found: WorkstationFile, request: FileRequest = ZIPS) -> Sequence[File]:
    """What a check sees of files that were found."""
    observation = Observation("", {}, listings={request.key: found})
    return Files(observation, declared(request)).of(request)


def test_files_are_told_by_a_pattern() -> None:
    """A file has its name, size, time in UTC and content; a link says that it is one."""
    file, link = listed(
        WorkstationFile("/archives/a.zip", 3, 1_000.5, b"abc"),
        WorkstationFile("/archives/b.zip", 3, 1_000.5, b"abc", link=True),
    )
    assert (file.name, file.size, file.text, file.is_link) == ("a.zip", 3, "abc", False)
    assert file.modified == datetime(1970, 1, 1, 0, 16, 40, 500_000, UTC)
    assert link.is_link
    assert listed() == []


def test_what_is_not_whole_is_no_verdict() -> None:
    """A file larger than was read, or of which nothing was asked, can't be judged by its content."""
    (large,) = listed(WorkstationFile("/archives/a.zip", 10_001, 0.0, b"x" * 10_000))
    for ask in (lambda: large.whole, large.zip, large.tar):
        with pytest.raises(CannotJudge, match="of which 10000 were read"):
            ask()
    names_only = workstation_files("/archives/*.zip", content=False)
    (bare,) = listed(WorkstationFile("/archives/a.zip", 3, 0.0), request=names_only)
    with pytest.raises(CannotJudge, match="content=False"):
        bare.zip()


def test_files_that_nobody_may_read_fail_the_check() -> None:
    """An unreadable file is the work's fault, and so is one that is no archive."""
    closed, broken = listed(
        WorkstationFile("/archives/a.zip", 3, 0.0), WorkstationFile("/archives/b.zip", 3, 0.0, b"x")
    )
    with pytest.raises(CheckFailed, match="may not read"):
        closed.zip()
    with pytest.raises(CheckFailed, match="unreadable as zip"):
        broken.zip()


@pytest.mark.parametrize(("seconds", "year"), [(1e300, 9999), (-1e300, 1)])
def test_impossible_times_are_no_error(seconds: float, year: int) -> None:
    """A time that no calendar has is the last or the first that there is."""
    (file,) = listed(WorkstationFile("/archives/a.zip", 3, seconds))
    assert file.modified.year == year


def test_disks_tell_their_room() -> None:
    """The percentage is that of df; a path that is not there fails the check."""
    seen = {BACKUPS.key: DiskUsage(size=1000, used=700, free=200)}
    disk = Disks(Observation("", {}, disks=seen), (BACKUPS,)).of(BACKUPS)
    assert (disk.size, disk.used, disk.free, disk.percent) == (1000, 700, 200, 78)
    full = Disks(Observation("", {}, disks={BACKUPS.key: DiskUsage(0, 0, 0)}), (BACKUPS,))
    assert full.of(BACKUPS).percent == 100
    absent = Disks(Observation("", {}, disks={BACKUPS.key: None}), (BACKUPS,))
    with pytest.raises(CheckFailed, match="absent"):
        absent.of(BACKUPS)


@pytest.mark.parametrize(
    "make",
    [
        lambda: workstation_files("archives/*.zip"),
        lambda: workstation_files("/archives/*.zip", limit=0),
        lambda: workstation_files("/archives/*.zip", most=0),
        lambda: disk_usage("backups"),
    ],
    ids=["relative", "nothing read", "none allowed", "relative disk"],
)
def test_nonsense_about_files_is_refused(make: Callable[[], object]) -> None:
    """A relative path or a limit that lets nothing through is a mistake of the author's."""
    with pytest.raises(ValueError, match="allowed"):
        make()


def test_files_need_a_declaration() -> None:
    """A file or disk that the check did not declare, or that could not be looked at, is our error."""
    observation = Observation("", {})
    with pytest.raises(CannotJudge, match="does not declare"):
        Files(observation, declared()).content("/a")
    with pytest.raises(CannotJudge, match="not read"):
        Files(observation, declared("/a")).content("/a")
    with pytest.raises(CannotJudge, match="does not declare"):
        Files(observation, declared()).of(ZIPS)
    with pytest.raises(CannotJudge, match="not read"):
        Files(observation, declared(ZIPS)).of(ZIPS)
    with pytest.raises(CannotJudge, match="does not declare"):
        Disks(observation, ()).of(BACKUPS)
    with pytest.raises(CannotJudge, match="not looked at"):
        Disks(observation, (BACKUPS,)).of(BACKUPS)
    read = Observation("", {}, files={"/a": None, "/b": b"x"})
    assert Files(read, declared("/a", "/b")).content("/a") is None
    assert Files(read, declared("/a", "/b")).content("/b") == b"x"
