"""Runbook 3: is the studio back as it was before the incident, and is nothing else lost?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.checks import (
    Answers,
    CannotJudge,
    Change,
    CheckFailed,
    Cluster,
    Files,
    Look,
    ParameterValue,
    Studio,
    Subtests,
    check,
    expect,
    part,
    workstation_files,
    yes,
)
from grader.checks.restored_data import (
    backup_found,
    expect_data_folders,
    expect_replaced_while_stopped,
)
from grader.checks.studio_data import DATA, GROUPS, SERVICES, expect_records, stored_records
from grader.checks.studio_health import expect_others_well, expect_replicas_of
from grader.checks.unchanged import expect_files_untouched, expect_nothing_else_changed

RIGHT = workstation_files(
    "{{ backups }}/pivori-studio-complete-202511{{ '%02d' % (day + 1) }}T220000Z.zip"
)
ARCHIVES = workstation_files("{{ backups }}/*.zip")
ZIPS_BELOW = workstation_files("{{ backups }}/*/**/*.zip")
STORES_BELOW = workstation_files("{{ backups }}/**/store.json", most=400)
DATA_FILES = workstation_files("{{ studio }}/data/*/*", most=200)
MARKERS = workstation_files("{{ studio }}/data/*/.seeded")


@check(
    points=40,
    fr="Chaque service répond avec les données d'avant l'incident",
    en="Each service answers with the data from before the incident",
    probes=list(DATA.values()),
    files=[RIGHT],
    parts=[
        part("geolocation", points=8, fr="Géolocalisation", en="Geolocation"),
        part("finance", points=8, fr="Finance", en="Finance"),
        part("media", points=8, fr="Média", en="Media"),
        part("gaming", points=8, fr="Jeux", en="Gaming"),
        part("documents", points=8, fr="Documents", en="Documents"),
    ],
)
def test_data(answers: Answers, found: Look, subtests: Subtests) -> None:
    """Through its Service, each gives exactly the records of the right archive."""
    backup = backup_found(found, RIGHT)
    for group, services in GROUPS.items():
        with subtests.test(group):
            for service in services:
                expect_records(answers, service, backup.records(service))


@check(
    points=8,
    fr="Les dossiers des données ont la structure de l'archive",
    en="The data folders have the archive's structure",
    files=[RIGHT, DATA_FILES, MARKERS],
)
def test_structure(files: Files, found: Look) -> None:
    """Each has the store and the marker of the right archive, and nothing else."""
    backup = backup_found(found, RIGHT)
    there = (*files.of(DATA_FILES), *files.of(MARKERS))
    expect_data_folders(there, backup)


@check(
    points=13,
    fr="Les quinze services sont de nouveau en marche",
    en="The fifteen services run again",
)
def test_services_back(cluster: Cluster, baseline: Cluster, studio: Studio) -> None:
    """Each has as many pods ready as before, of its version, behind its Service."""
    expect_others_well(cluster, baseline, studio, besides=[])
    expect_replicas_of(cluster, baseline, SERVICES)


@check(
    points=13,
    fr="Aucun service ne tournait pendant que ses données étaient remplacées",
    en="No service ran while its data was being replaced",
    files=[DATA_FILES],
)
def test_stopped(cluster: Cluster, found: Look, files: Files) -> None:
    """Every pod was started after the stop, and after its data was put in place."""
    expect_replaced_while_stopped(cluster, found, files, DATA_FILES, SERVICES)


@check(
    points=11,
    fr="Ce qui a été reçu depuis l'incident est gardé sous /backups",
    en="What was taken in since the incident is kept below /backups",
    files=[ARCHIVES, ZIPS_BELOW, STORES_BELOW, DATA_FILES],
)
def test_kept(files: Files, found: Look, parameters: Mapping[str, ParameterValue]) -> None:
    """The store of the busy service, as the candidate found it, is in a folder or an archive there."""
    hit = parameters["hit"]
    busy = str(hit["busy"]) if isinstance(hit, Mapping) else ""
    earlier = [f for f in found.files.of(DATA_FILES) if f.path.endswith(f"/{busy}/store.json")]
    if not earlier or stored_records(earlier[0].content) is None:
        raise CannotJudge(f"the data of {busy} was not there when the candidate began")
    wanted = stored_records(earlier[0].content)
    expect(
        any(records == wanted for records in kept(files, found, busy)),
        yes(),
        where=f"/backups: a store.json of {busy} with what it had this morning",
        fr="Ces données n'existent nulle part ailleurs : la restauration les a remplacées.",
        en="This data exists nowhere else: the restoration has replaced it.",
    )


def kept(files: Files, found: Look, service: str) -> Iterator[Mapping[str, Any] | None]:
    """The stores of a service below /backups, loose or in archives that were not there before."""
    for file in files.of(STORES_BELOW):
        yield stored_records(file.content)
    old = {file.content for file in found.files.of(ARCHIVES)}
    for file in (*files.of(ARCHIVES), *files.of(ZIPS_BELOW)):
        if file.content in old:
            continue
        # An archive of the candidate's that is of no use holds nothing.
        with contextlib.suppress(CheckFailed):
            archive = file.zip()
            for name in archive.names:
                if name.endswith(f"{service}/store.json"):
                    yield stored_records(archive.read(name))


@check(
    points=10,
    guard=True,
    fr="Les archives de /backups sont intactes",
    en="The archives in /backups are untouched",
    files=[ARCHIVES],
)
def test_archives(files: Files, found: Look) -> None:
    """Each that was there has its name and its bytes."""
    expect_files_untouched(
        files,
        found,
        ARCHIVES,
        fr="Une archive de moins, c'est un retour en arrière de moins.",
        en="One archive fewer is one way back fewer.",
    )


@check(points=5, guard=True, fr="Rien d'autre n'a changé", en="Nothing else has changed")
def test_nothing_else_changed(changes: Sequence[Change]) -> None:
    """Every object that was there before is as it was."""
    expect_nothing_else_changed(
        changes,
        fr="Une restauration des données ne change rien aux objets du cluster.",
        en="Restoring data changes nothing of the cluster's objects.",
    )
