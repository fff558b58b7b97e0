"""Verifying and restoring: what is refused, what comes back, what is kept."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path

import pytest

from tests.studio.doubles import DAY, NOON, SERVICES, Studio, document, rewritten


@pytest.fixture
def studio(saved_once: Studio, tmp_path: Path) -> Studio:
    """A studio with one complete backup."""
    return Studio.copied(saved_once, tmp_path / "studio")


@pytest.fixture
def archive(studio: Studio) -> Path:
    """The complete archive; the data has moved on since, and the services are stopped."""
    for name in SERVICES:
        studio.store(name, {"later": {"n": 2}})
    studio.objects(stopped=SERVICES)
    return studio.archives()[0]


def restored(studio: Studio) -> list[str]:
    """The services that hold what was saved."""
    return [name for name in SERVICES if studio.records(name) == {"first": {"n": 1}}]


def test_verify_passes_what_is_whole(studio: Studio, archive: Path) -> None:
    """And says so in the journal."""
    assert "est intacte : 3 services" in studio.done("verify_backup", str(archive))
    assert f" INFO verify_backup {archive.name} est intacte" in studio.log


def cut(archive: Path) -> None:
    """Not copied to its end."""
    archive.write_bytes(archive.read_bytes()[:-200])


def flipped(archive: Path) -> None:
    """A bad sector."""
    content = bytearray(archive.read_bytes())
    middle = content.index(b"store.json") + 60
    for place in range(middle, middle + 16):
        content[place] ^= 0xFF
    archive.write_bytes(content)


def edited(archive: Path) -> None:
    """Opened, changed and zipped again."""
    rewritten(
        archive, {"data/audio/store.json": b'{"format": 1, "service": "audio", "records": {}}'}
    )


def added(archive: Path) -> None:
    """With a file that nobody vouches for."""
    rewritten(archive, {"data/audio/more.json": b"{}"})


def dropped(archive: Path) -> None:
    """A service is missing, and the list of digests was made anew."""
    sums = _read(archive, "SHA256SUMS").decode().splitlines()
    left = "\n".join(line for line in sums if "data/routing/" not in line) + "\n"
    rewritten(
        archive,
        {
            "data/routing/store.json": None,
            "data/routing/.seeded": None,
            "SHA256SUMS": left.encode(),
        },
    )


def foreign(archive: Path) -> None:
    """Some other zip."""
    rewritten(archive, {"backup.json": None, "SHA256SUMS": None})


def leading_out(archive: Path) -> None:
    """A name that leads out of the folder."""
    rewritten(archive, {"../../escaped": b"x"})


def _read(archive: Path, name: str) -> bytes:
    with zipfile.ZipFile(archive) as opened:
        return opened.read(name)


DAMAGES = [cut, flipped, edited, added, dropped, foreign, leading_out]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("command", ["verify_backup", "restore_complete"])
def test_broken_archive_is_refused(
    studio: Studio, archive: Path, damage: object, command: str
) -> None:
    """Exit code 3, and no service's data is touched."""
    assert callable(damage)
    damage(archive)
    failed = studio.run(command, str(archive))
    assert (failed.returncode, restored(studio), studio.leftovers()) == (3, [], [])
    assert not list(studio.root.rglob("escaped"))


def test_link_in_an_archive_is_refused(studio: Studio, archive: Path) -> None:
    """Nothing that could lead elsewhere when it is unpacked, however much comes after it in the list."""
    link = zipfile.ZipInfo("data/audio/link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(link, "/etc/passwd")
        for number in range(3000):
            opened.writestr(f"data/audio/{number}", b"")
    assert studio.run("verify_backup", str(archive)).returncode == 3


@pytest.mark.parametrize("command", ["verify_backup", "restore_complete"])
def test_several_archives_are_refused(studio: Studio, archive: Path, command: str) -> None:
    """A pattern that means two archives is wrong use, with their names."""
    failed = studio.run(command, str(archive), str(archive))
    assert (failed.returncode, restored(studio)) == (2, [])
    assert "une seule archive" in failed.stderr


def test_restore_brings_everything_back(studio: Studio, archive: Path) -> None:
    """Every service's data and marker; a file that was not there then is gone; what was there is aside."""
    (studio.data("audio") / ".seeded").unlink()
    (studio.data("audio") / "new.json").write_text("{}")
    (studio.data("routing") / "store.json").unlink()
    studio.at(NOON + DAY, "restore_complete", str(archive))
    assert restored(studio) == list(SERVICES)
    names = {path.name for path in studio.data("audio").iterdir()}
    assert names == {"store.json", ".seeded"}
    aside = studio.backups / "pivori-studio-avant-restauration-20251109T120000Z"
    assert json.loads((aside / "payment/store.json").read_text())["records"] == {"later": {"n": 2}}
    assert (aside / "audio/new.json").exists()
    assert studio.leftovers() == []


def test_restored_files_can_be_read_by_the_service(studio: Studio, archive: Path) -> None:
    """Whatever the mode in the archive, a pod reads its data."""
    studio.done("restore_complete", str(archive))
    assert (studio.data("audio") / "store.json").stat().st_mode & 0o444 == 0o444


def test_restore_refuses_while_services_run(studio: Studio, archive: Path) -> None:
    """Exit code 5, which ones, and what to type."""
    studio.objects()
    failed = studio.run("restore_complete", str(archive))
    assert (failed.returncode, restored(studio)) == (5, [])
    assert "kubectl scale deployment audio payment routing --replicas=0" in failed.stderr


def test_restore_waits_for_pods_that_still_end(studio: Studio, archive: Path) -> None:
    """Typed right after `kubectl scale`, it replaces nothing under a running pod."""
    studio.cluster("pods").write_text("pod/audio-1\npod/routing-1\n")
    said = studio.done("restore_complete", str(archive))
    assert "attente de la fin de 2 pods" in said
    assert restored(studio) == list(SERVICES)


def test_restore_does_not_take_silence_for_stopped(studio: Studio, archive: Path) -> None:
    """A cluster that does not answer about its pods is no stopped cluster."""
    kubectl = (studio.root / "bin" / "kubectl").read_text()
    studio.program("kubectl", kubectl.replace("""'get pods '*) cat "$FAKE/pods" ;;""", ""))
    failed = studio.run("restore_complete", str(archive))
    assert (failed.returncode, restored(studio)) == (1, [])


def test_restore_replaces_nothing_where_it_can_not_prepare_all(
    studio: Studio, archive: Path
) -> None:
    """A service's folder that can't be written leaves the others as they are."""
    (studio.data("routing") / ".restauration").write_text("in the way")
    studio.program(
        "rm", '#!/bin/sh\ncase "$*" in *routing/.restauration*) ;; *) exec /bin/rm "$@";; esac\n'
    )
    failed = studio.run("restore_complete", str(archive))
    assert (failed.returncode, restored(studio)) == (1, [])
    assert "rien n'a été remplacé" in failed.stderr


def test_partial_restores_only_what_is_named(studio: Studio, archive: Path) -> None:
    """The others may even run."""
    studio.objects(stopped=("payment",))
    studio.done("restore_partial", str(archive), "payment")
    assert restored(studio) == ["payment"]


def test_partial_refuses_what_is_no_service(studio: Studio, archive: Path) -> None:
    """A slip of the pen restores nothing."""
    failed = studio.run("restore_partial", str(archive), "payment", "paymnet")
    assert (failed.returncode, restored(studio)) == (2, [])


def test_manifests_come_back_when_asked_for(studio: Studio, archive: Path) -> None:
    """Without the option no object of the cluster is touched."""
    studio.done("restore_partial", str(archive), "audio")
    assert not studio.cluster("applied").exists()
    studio.at(NOON + DAY, "restore_partial", "--manifests", str(archive), "audio")
    applied = json.loads(studio.cluster("applied").read_text())
    assert applied == document(archive, "manifests/audio.json")


@pytest.fixture
def history(history_once: Studio, tmp_path: Path) -> Studio:
    """A complete backup at noon, a difference a day later, another complete one after two days."""
    return Studio.copied(history_once, tmp_path / "history")


@pytest.mark.parametrize(
    ("date", "records"),
    [
        ("2025-11-08 12:00", {"first": {"n": 1}}),
        ("2025-11-09 11:59", {"first": {"n": 1}}),
        ("2025-11-09T12:00:00Z", {"day": {"n": 1}}),
        ("2025-11-10 11:00", {"day": {"n": 1}}),
        ("2025-12-01", {"day": {"n": 2}}),
    ],
)
def test_point_in_time_is_the_last_backup_until_then(
    history: Studio, date: str, records: object
) -> None:
    """The newest complete one at or before the date, with its difference if there is one by then."""
    history.done("restore_point_in_time", date)
    assert history.records("audio") == records


def test_point_in_time_before_every_backup(history: Studio) -> None:
    """Nothing is restored, and a word that is no date is wrong use."""
    assert history.run("restore_point_in_time", "2025-11-08 11:59").returncode == 1
    assert history.run("restore_point_in_time", "yesteryear").returncode == 2
    assert history.records("audio") == {"day": {"n": 3}}


def test_difference_is_nothing_without_its_base(history: Studio) -> None:
    """Base gone or replaced: refused. Nor is a difference a complete backup."""
    (difference,) = history.archives("differential")
    assert history.run("restore_complete", str(difference)).returncode == 2
    base = history.archives()[0]
    base.write_bytes(history.archives()[1].read_bytes())
    assert history.run("verify_backup", str(difference)).returncode == 3
    base.unlink()
    assert history.run("verify_backup", str(difference)).returncode == 3


def test_cleanup_keeps_what_is_needed(history: Studio) -> None:
    """Old ones go, by the date in their names; the newest that is intact stays however old it is."""
    (history.backups / "notes.txt").write_text("not ours")
    history.at(NOON, "restore_complete", str(history.archives()[0]))
    history.done("cleanup", "30")
    assert [path.name for path in sorted(history.backups.iterdir()) if path.name[0] != "."] == [
        "backup.zip",
        "notes.txt",
        "pivori-studio-complete-20251110T120000Z.zip",
    ]


def test_cleanup_keeps_the_base_of_a_young_difference(studio: Studio) -> None:
    """An old complete backup that a young difference needs is not removed."""
    now = int(time.time())
    studio.at(now - 40 * DAY, "backup_complete")
    studio.store("audio", {"day": {"n": 1}})
    studio.at(now - DAY, "backup_differential")
    studio.at(now, "backup_complete")
    studio.done("cleanup")
    assert len(studio.archives()) == 2
    assert not [path for path in studio.archives() if "20251108" in path.name]


def test_cleanup_removes_nothing_when_nothing_is_intact(studio: Studio) -> None:
    """The last copy of the data is not thrown away for being damaged."""
    cut(studio.archives()[0])
    assert studio.run("cleanup").returncode == 1
    assert studio.run("cleanup", "soon").returncode == 2
    assert len(studio.archives()) == 1
