"""Emergency 3: is the lost data back from the last good backup, and does the team know?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from grader.checks import (
    Answers,
    Change,
    Cluster,
    Files,
    Look,
    ParameterValue,
    Studio,
    Subtests,
    check,
    expect,
    naming,
    part,
    same_items,
    workstation_files,
)
from grader.checks.restored_data import (
    backup_found,
    expect_data_folders,
    expect_replaced_while_stopped,
)
from grader.checks.studio_data import DATA, SERVICES, expect_records
from grader.checks.studio_health import expect_others_well, expect_replicas_of
from grader.checks.unchanged import expect_files_untouched, expect_nothing_else_changed

RIGHT = workstation_files(
    "{{ backups }}/pivori-studio-complete-202511{{ '%02d' % (day + 1) }}T220000Z.zip"
)
ARCHIVES = workstation_files("{{ backups }}/*.zip")
DATA_FILES = workstation_files("{{ studio }}/data/*/*", most=200)
MARKERS = workstation_files("{{ studio }}/data/*/.seeded")
MESSAGE = "{{ studio }}/message-equipe.txt"
PROBES = list(DATA.values())


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
    backup = backup_found(found, RIGHT)
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
    expect_replicas_of(cluster, baseline, SERVICES)


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
    services = (*lost(parameters, "silent"), *lost(parameters, "restarted"))
    expect_replaced_while_stopped(cluster, found, files, DATA_FILES, services)


@check(
    points=8,
    fr="Les dossiers des quinze services sont ceux de cette sauvegarde",
    en="The folders of the fifteen services are those of that backup",
    files=[RIGHT, DATA_FILES, MARKERS],
)
def test_integrity(files: Files, found: Look) -> None:
    """Each has the store and the marker that the backup has, and nothing else."""
    backup = backup_found(found, RIGHT)
    there = (*files.of(DATA_FILES), *files.of(MARKERS))
    expect_data_folders(there, backup)


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
        wanted = plain(backup_found(found, RIGHT).name)
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
    backup = backup_found(found, RIGHT)
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
    expect_files_untouched(
        files,
        found,
        ARCHIVES,
        fr="Une archive de moins, c'est un retour en arrière de moins.",
        en="One archive fewer is one way back fewer.",
    )


@check(points=3, guard=True, fr="Rien d'autre n'a changé", en="Nothing else has changed")
def test_nothing_else_changed(changes: Sequence[Change]) -> None:
    """Every object that was there before is as it was."""
    expect_nothing_else_changed(
        changes,
        fr="Une restauration des données ne change rien aux objets du cluster.",
        en="Restoring data changes nothing of the cluster's objects.",
    )
