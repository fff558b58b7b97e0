"""Emergency 3: is the lost data back from the last good backup, and does the team know?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from grader.checks import (
    Answers,
    CannotJudge,
    Change,
    Cluster,
    File,
    Files,
    Look,
    ParameterValue,
    Studio,
    Subtests,
    check,
    equal_to,
    expect,
    naming,
    nothing,
    part,
    same_items,
    workstation_files,
    yes,
)
from grader.checks.backups import Backup
from grader.checks.studio_data import DATA, SERVICES, expect_records, stored_records
from grader.checks.studio_health import expect_others_well, expect_started_after

RIGHT = workstation_files(
    "{{ backups }}/pivori-studio-complete-202511{{ '%02d' % (day + 1) }}T220000Z.zip"
)
ARCHIVES = workstation_files("{{ backups }}/*.zip")
DATA_FILES = workstation_files("{{ studio }}/data/*/*", most=200)
MARKERS = workstation_files("{{ studio }}/data/*/.seeded")
MESSAGE = "{{ studio }}/message-equipe.txt"
PROBES = list(DATA.values())


def right(found: Look) -> Backup:
    """The last good backup, as the candidate found it."""
    archives = found.files.of(RIGHT)
    if not archives:
        raise CannotJudge("the archive to be restored was not there when the candidate began")
    return Backup(archives[0])


def stores_of(files: Files) -> Mapping[str, File]:
    """The store.json of each service that has one."""
    return {f.path.split("/")[-2]: f for f in files.of(DATA_FILES) if f.name == "store.json"}


def plain(name: str) -> str:
    """An archive's name as people write it: with or without its ending."""
    return re.sub(r"\.zip\b", "", name)


def lost(parameters: Mapping[str, ParameterValue], which: str) -> Sequence[str]:
    """The services that were drawn to lose their data: silent or restarted."""
    drawn = parameters["lost"]
    return str(drawn[which]).split() if isinstance(drawn, Mapping) else []


@check(
    points=40,
    fr="Les services touchés répondent avec les données de la dernière bonne sauvegarde",
    en="The services that were hit answer with the data of the last good backup",
    probes=PROBES,
    files=[RIGHT],
    parts=[
        part(
            "silent",
            points=16,
            fr="Ceux qui répondaient par une erreur",
            en="Those that answered with an error",
        ),
        part(
            "restarted",
            points=24,
            fr="Ceux qui répondaient avec des données d'exemple",
            en="Those that answered with sample data",
        ),
    ],
)
def test_data(
    answers: Answers, found: Look, parameters: Mapping[str, ParameterValue], subtests: Subtests
) -> None:
    """Through its Service, each gives exactly the records of that backup."""
    backup = right(found)
    for which in ("silent", "restarted"):
        with subtests.test(which):
            for service in lost(parameters, which):
                expect_records(answers, service, backup.records(service))


@check(
    points=12,
    fr="Les quinze services sont en marche",
    en="The fifteen services run",
)
def test_services_back(cluster: Cluster, baseline: Cluster, studio: Studio) -> None:
    """Each has as many pods ready as before, of its version, behind its Service."""
    expect_others_well(cluster, baseline, studio, besides=[])
    for service in SERVICES:
        deployment = cluster.deployment(service)
        expect(
            deployment.replicas,
            equal_to(baseline.deployment(service).replicas),
            where=deployment.where("spec.replicas"),
            fr="Après la restauration, chaque service a autant de pods qu'avant.",
            en="After the restoration each service has as many pods as before.",
        )


@check(
    points=11,
    fr="Les services touchés étaient arrêtés pendant la restauration",
    en="The services that were hit were stopped during the restoration",
    files=[DATA_FILES],
)
def test_stopped(
    cluster: Cluster, found: Look, files: Files, parameters: Mapping[str, ParameterValue]
) -> None:
    """Their pods were started after their data was put in place."""
    stores, earlier = stores_of(files), stores_of(found.files)
    for service in (*lost(parameters, "silent"), *lost(parameters, "restarted")):
        store, old = stores.get(service), earlier.get(service)
        expect(
            store is not None and (old is None or store.content != old.content),
            yes(),
            where=f"pivori-studio/data/{service}/store.json: its data was replaced",
            fr="Un arrêt sans restauration ne fait que couper le service.",
            en="A stop without a restoration only takes the service down.",
        )
        expect_started_after(cluster, found.cluster, service, store.modified if store else None)


@check(
    points=8,
    fr="Les dossiers des quinze services sont ceux de cette sauvegarde",
    en="The folders of the fifteen services are those of that backup",
    files=[RIGHT, DATA_FILES, MARKERS],
)
def test_integrity(files: Files, found: Look) -> None:
    """Each has the store and the marker that the backup has, and nothing else."""
    backup = right(found)
    there = {
        "/".join(f.path.split("/")[-2:]): f for f in (*files.of(DATA_FILES), *files.of(MARKERS))
    }
    expect(
        sorted(there),
        same_items([f"{s}/{name}" for s in SERVICES for name in ("store.json", ".seeded")]),
        where="pivori-studio/data: files in the services' folders",
        fr="Un fichier en trop ou en moins n'est pas ce qui a été sauvegardé.",
        en="A file too many or too few is not what was saved.",
    )
    for service in SERVICES:
        store, marker = there[f"{service}/store.json"], there[f"{service}/.seeded"]
        expect(
            stored_records(store.whole) == backup.records(service),
            yes(),
            where=store.where("the records of the backup"),
            fr="Ce dossier ne contient pas les données de la dernière bonne sauvegarde.",
            en="This folder does not have the data of the last good backup.",
        )
        expect(
            marker.whole == backup.read(f"data/{service}/.seeded"),
            yes(),
            where=marker.where("as in the backup"),
            fr="Sans ce marqueur, un service redémarré met des exemples à la place des données.",
            en="Without this marker a restarted service puts samples in the place of the data.",
        )


@check(
    points=12,
    fr="L'équipe est prévenue",
    en="The team is told",
    files=[MESSAGE, ARCHIVES, RIGHT],
    parts=[
        part("archive", points=6, fr="L'archive restaurée", en="The archive that was restored"),
        part("services", points=6, fr="Les services touchés", en="The services that were hit"),
    ],
)
def test_told(
    files: Files, found: Look, parameters: Mapping[str, ParameterValue], subtests: Subtests
) -> None:
    """The message names the archive and exactly the services that had lost their data."""
    note = files.note(MESSAGE)
    with subtests.test("archive"):
        wanted = plain(right(found).name)
        others = [plain(f.name) for f in found.files.of(ARCHIVES) if not f.is_link]
        said = plain(note.value("archive", "sauvegarde", "backup"))
        # The studio's own link to the last backup that succeeded is a name of it too.
        said = re.sub(r"(?<![\w.-])backup(?![\w.-])", wanted, said)
        expect(
            said,
            naming(wanted, among=others),
            where=note.where("archive"),
            fr="L'équipe doit savoir à quel moment le studio est revenu.",
            en="The team has to know to which moment the studio went back.",
        )
    with subtests.test("services"):
        said = note.value("services", "service").casefold()
        hit = [*lost(parameters, "silent"), *lost(parameters, "restarted")]
        expect(
            [s for s in SERVICES if re.search(rf"(?<![\w-]){s}(?![\w-])", said)],
            same_items(hit),
            where=note.where("services"),
            fr="Un service oublié, et ses utilisateurs ne sauront pas ce qu'ils ont perdu.",
            en="A service left out, and its users will not know what they have lost.",
        )


@check(
    points=8,
    guard=True,
    fr="Les autres services répondent avec les données qu'ils avaient",
    en="The other services answer with the data that they had",
    probes=PROBES,
    files=[RIGHT],
)
def test_others_keep(
    answers: Answers, found: Look, parameters: Mapping[str, ParameterValue]
) -> None:
    """The services that were not hit answer with what they held, which is in the backup too."""
    backup = right(found)
    hit = {*lost(parameters, "silent"), *lost(parameters, "restarted")}
    for service in (s for s in SERVICES if s not in hit):
        expect_records(answers, service, backup.records(service))


@check(
    points=6,
    guard=True,
    fr="Les archives de /backups sont intactes",
    en="The archives in /backups are untouched",
    files=[ARCHIVES],
)
def test_archives(files: Files, found: Look) -> None:
    """Each that was there has its name and its bytes."""
    there = {file.path: file.content for file in files.of(ARCHIVES) if not file.is_link}
    for file in found.files.of(ARCHIVES):
        if not file.is_link:
            expect(
                there.get(file.path) == file.content,
                yes(),
                where=file.where("as it was"),
                fr="Une archive de moins, c'est un retour en arrière de moins.",
                en="One archive fewer is one way back fewer.",
            )


@check(points=3, guard=True, fr="Rien d'autre n'a changé", en="Nothing else has changed")
def test_nothing_else_changed(changes: Sequence[Change]) -> None:
    """Every object that was there before is as it was."""
    expect(
        changes,
        nothing(),
        where="all objects of the cluster, compared with those at the start",
        fr="Une restauration des données ne change rien aux objets du cluster.",
        en="Restoring data changes nothing of the cluster's objects.",
    )
