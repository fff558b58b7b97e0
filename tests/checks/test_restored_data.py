"""Data that was put back from a backup: the folders as the archive has them, replaced while nothing ran."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader.checks import CannotJudge, CheckFailed, Cluster, Look, workstation_files
from grader.checks.backups import Backup
from grader.checks.files import File, Files
from grader.checks.restored_data import (
    backup_found,
    expect_data_folders,
    expect_replaced_while_stopped,
)
from grader.checks.studio_data import SERVICES
from grader.model.observation import Observation, WorkstationFile
from tests.checks.test_backups import backup
from tests.checks.test_files import ZIPS, declared
from tests.checks.test_studio_data import early, old_pod, renewed
from tests.judging.world import World, solved_world

FOLDERS = workstation_files("/studio/data/*/*")
PODS_MADE = datetime(2026, 1, 1, 12, 10, tzinfo=UTC)
REPLACED = PODS_MADE - timedelta(minutes=1)


def store(service: str, records: object, **layout: int) -> bytes:
    """A store's file, however it is laid out."""
    document = {"format": 1, "service": service, "records": records}
    return json.dumps(document, **layout).encode()  # type: ignore[arg-type]


def records(service: str) -> dict[str, object]:
    """What the archive has of a service."""
    return {f"{service}-1": {"n": 1}}


def archive() -> Backup:
    """A backup of every service."""
    content = {f"data/{name}/store.json": store(name, records(name)) for name in SERVICES}
    return backup(content | {f"data/{name}/.seeded": name.encode() for name in SERVICES})


def folders() -> dict[str, bytes]:
    """The data folders as that backup has them, by place; a store may be laid out otherwise."""
    stores = {f"{name}/store.json": store(name, records(name), indent=2) for name in SERVICES}
    return stores | {f"{name}/.seeded": name.encode() for name in SERVICES}


def judge_folders(content: Mapping[str, bytes]) -> None:
    """These files are in the data folders now."""
    there = [
        File(f"/studio/data/{place}", len(text), REPLACED, False, text, 10_000)
        for place, text in content.items()
    ]
    expect_data_folders(there, archive())


def test_the_archive_that_was_found() -> None:
    """The one that the pattern means is the one to be restored, as it was at the start."""
    there = WorkstationFile("/archives/a.zip", 3, 0.0, b"abc")
    found = Look(Observation("", {}, listings={ZIPS.key: (there,)}), declared(ZIPS))
    assert (backup_found(found, ZIPS).name, backup_found(found, ZIPS).content) == ("a.zip", b"abc")


def test_no_archive_is_no_verdict() -> None:
    """Where there never was anything to restore, nobody's work can be judged by it."""
    found = Look(Observation("", {}, listings={ZIPS.key: ()}), declared(ZIPS))
    with pytest.raises(CannotJudge, match="not there when the candidate began"):
        backup_found(found, ZIPS)


def test_folders_as_the_archive_has_them() -> None:
    """The records count, not how their file is laid out."""
    judge_folders(folders())


@pytest.mark.parametrize("place", ["audio/store.json", "audio/.seeded"])
def test_a_file_that_is_missing_fails(place: str) -> None:
    """Each service needs its store and its marker."""
    content = folders()
    del content[place]
    with pytest.raises(CheckFailed) as failed:
        judge_folders(content)
    assert "files in the services' folders" in failed.value.finding.where
    assert place in failed.value.finding.expected.en


@pytest.mark.parametrize("place", ["audio/store.json.old", "audio/.hidden", "strange/store.json"])
def test_a_file_too_many_fails(place: str) -> None:
    """What was not saved must not be there, hidden or in a folder of its own."""
    with pytest.raises(CheckFailed, match="files in the services' folders"):
        judge_folders({**folders(), place: b"{}"})


@pytest.mark.parametrize(
    "content",
    [store("live", {}), store("live", {**records("live"), "more": {}}), b"{", b""],
    ids=["no records", "a record more", "damaged", "empty"],
)
def test_other_records_fail(content: bytes) -> None:
    """One store with other records, or that can't be read, is named."""
    with pytest.raises(CheckFailed, match=r"/studio/data/live/store\.json: the records"):
        judge_folders({**folders(), "live/store.json": content})


def test_another_marker_fails() -> None:
    """A marker that somebody made up is not the archive's."""
    with pytest.raises(CheckFailed, match=r"/studio/data/live/\.seeded: as in the archive"):
        judge_folders({**folders(), "live/.seeded": b"made up"})


def data(name: str, content: bytes, moment: datetime = REPLACED) -> WorkstationFile:
    """A file in payment's folder."""
    return WorkstationFile(f"/studio/data/payment/{name}", 9, moment.timestamp(), content)


OLD = data("store.json", b"old data!")
NEW = data("store.json", b"new data!")


def judge_replaced(
    *now: WorkstationFile,
    found: tuple[WorkstationFile, ...] = (OLD,),
    world: World | None = None,
    services: tuple[str, ...] = ("payment",),
) -> None:
    """These files were found and are there now; payment's pods are new unless another world is given."""
    before = replace(solved_world().observation(), listings={FOLDERS.key: found})
    files = Files(Observation("", {}, listings={FOLDERS.key: now}), declared(FOLDERS))
    cluster = Cluster((world or renewed()).observation().objects)
    look = Look(before, declared(FOLDERS))
    expect_replaced_while_stopped(cluster, look, files, FOLDERS, services)


def test_data_that_was_replaced_while_nothing_ran() -> None:
    """Other bytes than before, and pods that are new and younger than they; other files do not count."""
    judge_replaced(NEW)
    beside = data("store.json.old", b"old data!")
    judge_replaced(NEW, beside, found=(OLD, beside))


def test_data_where_there_was_none() -> None:
    """A folder whose store was lost has one now: that is a restoration too."""
    judge_replaced(NEW, found=())


@pytest.mark.parametrize("now", [(), (OLD,), (data("copy.json", b"new data!"),)])
def test_data_that_was_not_replaced_fails(now: tuple[WorkstationFile, ...]) -> None:
    """No store, the one of before, or new data under another name."""
    with pytest.raises(CheckFailed, match=r"payment/store\.json: its data was replaced"):
        judge_replaced(*now)


@pytest.mark.parametrize("bend", [old_pod, early], ids=lambda b: b.__name__)
def test_a_service_that_ran_meanwhile_fails(bend: object) -> None:
    """A pod of before, or one that is older than the data, may have read or written it."""
    assert callable(bend)
    world = renewed()
    bend(world)
    with pytest.raises(CheckFailed, match="started after its data was put in place"):
        judge_replaced(NEW, world=world)


def test_data_that_came_after_the_pods_fails() -> None:
    """Pods that are new count from when the store was written, not from when the candidate began."""
    with pytest.raises(CheckFailed, match="started after its data was put in place"):
        judge_replaced(data("store.json", b"new data!", PODS_MADE + timedelta(minutes=1)))


def test_every_service_that_is_named_is_looked_at() -> None:
    """What was done to payment says nothing of audio."""
    with pytest.raises(CheckFailed, match=r"audio/store\.json: its data was replaced"):
        judge_replaced(NEW, services=("payment", "audio"))
