"""Whether the services' data folders hold what a backup holds, put there while nothing ran."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from grader.checks.backups import Backup
from grader.checks.cluster import Cluster
from grader.checks.expectation import CannotJudge, expect
from grader.checks.files import File, Files
from grader.checks.look import Look
from grader.checks.matchers import same_items, yes
from grader.checks.studio_data import SERVICES, stored_records
from grader.checks.studio_health import expect_started_after
from grader.model.observation import FileRequest

_STORE, _MARKER = "store.json", ".seeded"


def backup_found(found: Look, which: FileRequest) -> Backup:
    """The archive that the candidate found and is to restore.

    Raises:
        CannotJudge: It was not there.
    """
    archives = found.files.of(which)
    if not archives:
        raise CannotJudge("the archive to be restored was not there when the candidate began")
    return Backup(archives[0])


def expect_data_folders(there: Iterable[File], backup: Backup) -> None:
    """Fail unless the data folders have the store and the marker of a backup, and nothing else.

    Args:
        there: All files in the folders, the hidden ones too.
        backup: What they are to hold.

    Raises:
        CheckFailed: A file is missing, another one, or one too many.
    """
    by_place = {"/".join(file.path.split("/")[-2:]): file for file in there}
    expect(
        sorted(by_place),
        same_items([f"{service}/{name}" for service in SERVICES for name in (_STORE, _MARKER)]),
        where="pivori-studio/data: files in the services' folders",
        fr="Un fichier en trop ou en moins n'est pas ce qui a été sauvegardé.",
        en="A file too many or too few is not what was saved.",
    )
    for service in SERVICES:
        store, marker = by_place[f"{service}/{_STORE}"], by_place[f"{service}/{_MARKER}"]
        expect(
            stored_records(store.whole) == backup.records(service),
            yes(),
            where=store.where("the records of the archive"),
            fr="Ce dossier ne contient pas les données de l'archive à restaurer.",
            en="This folder does not have the data of the archive that was to be restored.",
        )
        expect(
            marker.whole == backup.read(f"data/{service}/{_MARKER}"),
            yes(),
            where=marker.where("as in the archive"),
            fr="Sans ce marqueur, un service redémarré met des exemples à la place des données.",
            en="Without this marker a restarted service puts samples in the place of the data.",
        )


def expect_replaced_while_stopped(
    cluster: Cluster, found: Look, files: Files, folders: FileRequest, services: Iterable[str]
) -> None:
    """Fail unless each service's data was replaced, and all its pods started after that.

    Args:
        cluster: The objects now.
        found: What the candidate found.
        files: The files now.
        folders: The files in the data folders, of now and of then.
        services: Their ids.

    Raises:
        CheckFailed: A store is the one of before, or a pod is older than it.
    """
    stores, earlier = _stores(files.of(folders)), _stores(found.files.of(folders))
    for service in services:
        store, old = stores.get(service), earlier.get(service)
        expect(
            store is not None and (old is None or store.content != old.content),
            yes(),
            where=f"pivori-studio/data/{service}/{_STORE}: its data was replaced",
            fr="Un arrêt sans restauration ne fait que couper le service.",
            en="A stop without a restoration only takes the service down.",
        )
        written: datetime | None = store.modified if store else None
        expect_started_after(cluster, found.cluster, service, written)


def _stores(files: Iterable[File]) -> Mapping[str, File]:
    """The store.json of each service that has one."""
    return {file.path.split("/")[-2]: file for file in files if file.name == _STORE}
