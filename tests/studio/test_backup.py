"""The studio's backups: what goes into them, and when there is none."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile

import pytest

from tests.studio.doubles import DAY, NOON, SERVICES, Studio, document, names_in


def test_complete_holds_data_and_manifests_of_every_service(studio: Studio) -> None:
    """Data with its marker, manifests, Helm's records, and a digest of each file, under the guide's name."""
    studio.at(NOON, "backup_complete")
    (archive,) = studio.archives()
    assert archive.name == "pivori-studio-complete-20251108T120000Z.zip"
    wanted = {"backup.json", "SHA256SUMS", "helm/releases.json"}
    for name in SERVICES:
        wanted |= {f"data/{name}/store.json", f"data/{name}/.seeded"}
        wanted |= {f"manifests/{name}.json", f"helm/{name}.json"}
    assert names_in(archive) == wanted
    with zipfile.ZipFile(archive) as opened:
        listed = opened.read("SHA256SUMS").decode().splitlines()
        sums = {name: digest for digest, name in (line.split("  ", 1) for line in listed)}
        assert sums == {
            name: hashlib.sha256(opened.read(name)).hexdigest() for name in wanted - {"SHA256SUMS"}
        }
    assert (archive.stat().st_mode & 0o777, studio.leftovers()) == (0o600, [])


def test_complete_says_what_it_is(studio: Studio) -> None:
    """Kind, time, services, and the cluster it comes from."""
    studio.at(NOON, "backup_complete")
    assert document(studio.archives()[0], "backup.json") == {
        "format": 1,
        "kind": "complete",
        "created": "2025-11-08T12:00:00Z",
        "base": None,
        "services": list(SERVICES),
        "cluster": {
            "server": "https://cluster.test:6443",
            "uid": "uid-of-the-cluster",
            "namespace": "pivori-production",
        },
    }


def test_manifests_can_be_applied_elsewhere(studio: Studio) -> None:
    """What the server itself adds is left out; another service's objects and Helm's records too."""
    studio.done("backup_complete")
    listed = document(studio.archives()[0], "manifests/audio.json")
    assert [(o["kind"], o["metadata"]["name"]) for o in listed["items"]] == [
        ("ConfigMap", "audio-config"),
        ("Deployment", "audio"),
    ]
    for found in listed["items"]:
        assert "status" not in found
        assert not {"uid", "resourceVersion"} & found["metadata"].keys()
    record = document(studio.archives()[0], "helm/audio.json")["items"]
    assert [o["metadata"]["name"] for o in record] == ["sh.helm.release.v1.audio.v1"]


def test_backup_zip_leads_to_the_latest_complete(studio: Studio) -> None:
    """The guide's backup.zip is a link to the last complete backup that succeeded."""
    for moment in (NOON, NOON + DAY):
        studio.at(moment, "backup_complete")
    link = studio.backups / "backup.zip"
    assert link.is_symlink()
    assert link.resolve() == studio.archives()[-1]


def test_what_a_service_is_writing_is_no_data(studio: Studio) -> None:
    """The unfinished file of a service at work does not go into the archive."""
    (studio.data("audio") / ".store.json.pod-1.1.7").write_text("{")
    studio.done("backup_complete")
    assert not [name for name in names_in(studio.archives()[0]) if "pod-1" in name]


@pytest.mark.parametrize("damage", ["missing", "cut", "foreign"])
def test_data_that_could_not_be_restored_is_refused(studio: Studio, damage: str) -> None:
    """No archive that would not verify: the service is named, and nothing is left behind."""
    store = studio.data("payment") / "store.json"
    if damage == "missing":
        store.unlink()
    else:
        store.write_text(
            "{" if damage == "cut" else (studio.data("audio") / "store.json").read_text()
        )
    failed = studio.run("backup_complete")
    assert failed.returncode == 1
    assert "payment" in failed.stderr
    assert (studio.archives(), studio.leftovers()) == ([], [])
    assert " ERREUR backup_complete " in studio.log


def test_service_that_is_not_deployed_is_refused(studio: Studio) -> None:
    """A backup without a service's manifests is not complete."""
    (studio.home / "helm" / "game").mkdir()
    (studio.home / "helm" / "game" / "Chart.yaml").touch()
    studio.data("game").mkdir()
    studio.store("game", {})
    failed = studio.run("backup_complete")
    assert (failed.returncode, studio.archives()) == (1, [])
    assert "game" in failed.stderr


def test_cluster_that_does_not_answer_is_said(studio: Studio) -> None:
    """With the cluster's own words, and no archive."""
    studio.cluster("down").touch()
    failed = studio.run("backup_complete")
    assert (failed.returncode, studio.archives(), studio.leftovers()) == (1, [], [])
    assert "connection refused" in failed.stderr


def test_lack_of_space_is_refused_before_anything_is_written(studio: Studio) -> None:
    """Exit code 4, with what is free and what is needed."""
    studio.program("df", "#!/bin/sh\nprintf 'Avail\\n1000\\n'\n")
    failed = studio.run("backup_complete")
    assert (failed.returncode, studio.archives(), studio.leftovers()) == (4, [], [])
    assert "espace insuffisant" in failed.stderr


def test_one_operation_at_a_time(studio: Studio) -> None:
    """A second one is refused with exit code 6 while the first holds the lock."""
    lock = studio.backups / ".verrou"
    with subprocess.Popen(
        ["flock", str(lock), "sh", "-c", "echo held; read _"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        refused = studio.run("backup_complete")
        holder.communicate("\n")
    assert refused.returncode == 6
    studio.done("backup_complete")


def test_smart_saves_only_what_changed(studio: Studio) -> None:
    """Nothing new: no archive. New data, or a new manifest: a complete one."""
    studio.at(NOON, "backup_smart")
    assert "rien n'a changé" in studio.at(NOON + 1, "backup_smart")
    assert len(studio.archives()) == 1
    studio.store("audio", {"second": {}})
    studio.at(NOON + 2, "backup_smart")
    studio.objects(image="stub:2")
    studio.at(NOON + 3, "backup_smart")
    assert len(studio.archives()) == 3


def test_smart_does_not_rely_on_a_damaged_archive(studio: Studio) -> None:
    """Nothing changed, but the last archive is of no use: a new one is made."""
    studio.at(NOON, "backup_complete")
    archive = studio.archives()[0]
    archive.write_bytes(archive.read_bytes()[:-100])
    studio.at(NOON + 1, "backup_smart")
    assert len(studio.archives()) == 2


def test_compressed_is_smaller_and_verifies(studio: Studio) -> None:
    """Its name tells it, its content is that of a complete one."""
    studio.store("audio", {f"track-{n}": {"title": f"Port de nuit {n}"} for n in range(900)})
    studio.at(NOON, "backup_complete")
    studio.at(NOON, "backup_compressed")
    (complete,), (compressed,) = studio.archives(), studio.archives("compressed")
    assert names_in(compressed) == names_in(complete)
    assert compressed.stat().st_size < complete.stat().st_size
    studio.done("verify_backup", str(compressed))


def test_differential_holds_the_changes_and_names_its_base(studio: Studio) -> None:
    """Only what is new or other, what was taken away by name, and the base with its digest."""
    (studio.data("audio") / "old.json").write_text("{}")
    studio.at(NOON, "backup_complete")
    (studio.data("audio") / "old.json").unlink()
    studio.store("payment", {"new": {"n": 2}})
    studio.at(NOON + DAY, "backup_differential")
    (base,), (archive,) = studio.archives(), studio.archives("differential")
    assert names_in(archive) == {"backup.json", "SHA256SUMS", "data/payment/store.json"}
    assert document(archive, "backup.json")["base"] == {
        "name": base.name,
        "sha256": hashlib.sha256(base.read_bytes()).hexdigest(),
        "removed": ["data/audio/old.json"],
    }
    studio.done("verify_backup", str(archive))


def test_differential_needs_a_base_and_a_change(studio: Studio) -> None:
    """Without a complete backup it fails; without a change there is none."""
    assert studio.run("backup_differential").returncode == 1
    studio.at(NOON, "backup_complete")
    assert "rien n'a changé" in studio.at(NOON + 1, "backup_differential")
    assert studio.archives("differential") == []


@pytest.mark.parametrize("words", [["backup_everything"], [], ["backup_complete", "now"]])
def test_wrong_use(studio: Studio, words: list[str]) -> None:
    """Exit code 2, and nothing is made."""
    assert studio.run(*words).returncode == 2
    assert studio.archives() == []


def test_help_names_every_command(studio: Studio) -> None:
    """What can be typed is said in the script itself."""
    said = studio.done("--help")
    for name in ("backup_smart", "restore_point_in_time", "cleanup", "Codes de sortie"):
        assert name in said


def test_run_tests_looks_at_the_scripts_and_their_folders(studio: Studio) -> None:
    """All is well; without a folder to write to, or with a broken script, it says which."""
    assert studio.tested("backup").returncode == 0
    (studio.home / "scripts/backup/lib/restore.sh").write_text("if\n")
    (studio.root / "archives").rmdir()
    failed = studio.tested("backup")
    assert failed.returncode == 1
    assert "2 en échec" in failed.stdout
    assert "ÉCHEC   syntaxe de scripts/backup/lib/restore.sh" in failed.stdout
