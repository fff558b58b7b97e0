"""Runbook 2: is all of the studio, as it is now, in an archive that can be restored?"""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks import (
    Answers,
    Change,
    Cluster,
    File,
    Files,
    Look,
    Studio,
    Subtests,
    check,
    containing,
    equal_to,
    expect,
    fail,
    nothing,
    one_of,
    part,
    workstation_files,
    yes,
)
from grader.checks.backups import Backup
from grader.checks.studio_data import DATA, SERVICES, expect_records, records_of
from grader.checks.studio_health import expect_others_well
from grader.checks.unchanged import expect_files_untouched, expect_nothing_else_changed
from grader.model.text import Bilingual

KEPT = workstation_files("{{ backups }}/pivori-studio-*.zip")
ARCHIVED = workstation_files("{{ archives }}/pivori-studio-*.zip")
LOG = "{{ logs }}/backup.log"
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
PROBES = list(DATA.values())
NAMES = ("pivori-studio-complete-", "pivori-studio-compressed-")


def new(files: Files, found: Look) -> Sequence[File]:
    """The complete archives in both folders that hold what none held before, the latest last."""
    old = {file.content for pattern in (KEPT, ARCHIVED) for file in found.files.of(pattern)}
    # Of two with one name, the original counts, not the copy.
    there = [file for pattern in (ARCHIVED, KEPT) for file in files.of(pattern)]
    made = [f for f in there if f.name.startswith(NAMES) and f.content not in old]
    return sorted(made, key=lambda file: file.name.removeprefix(NAMES[0]).removeprefix(NAMES[1]))


def newest(files: Files, found: Look) -> Backup:
    """The candidate's own archive. Fails where there is none."""
    made = new(files, found)
    if not made:
        fail(
            Bilingual(
                "une nouvelle archive pivori-studio-complete-*.zip",
                "a new archive pivori-studio-complete-*.zip",
            ),
            Bilingual("aucune, ou la copie d'une ancienne", "none, or a copy of an old one"),
            where="/backups, /archives",
            fr="Une ancienne sauvegarde ne contient pas ce qui a été fait depuis.",
            en="An old backup does not have what was done since.",
        )
    return Backup(made[-1])


def expect_present_data(backup: Backup, found: Look) -> None:
    """Fail unless the archive has, of each service, the records that it had when the work began."""
    for service in SERVICES:
        expect(
            backup.records(service) == records_of(found.answers, service),
            yes(),
            where=backup.where(f"data/{service}/store.json: the records that the service has"),
            fr="Ce service a reçu d'autres données : la sauvegarde n'est pas de ce soir.",
            en="This service has taken in other data: the backup is not of tonight.",
        )


@check(
    points=30,
    fr="La sauvegarde contient tout le studio, dans son état actuel",
    en="The backup has all of the studio, as it is now",
    probes=PROBES,
    files=[KEPT, ARCHIVED],
    parts=[
        part(
            "intact",
            points=7,
            fr="Lisible, chaque empreinte juste",
            en="Readable, every digest right",
        ),
        part(
            "data",
            points=11,
            fr="Les données actuelles des quinze services",
            en="The present data of the fifteen services",
        ),
        part(
            "manifests",
            points=8,
            fr="Les manifestes des quinze services",
            en="The manifests of the fifteen services",
        ),
        part("complete", points=4, fr="Complète, de ce cluster", en="Complete, of this cluster"),
    ],
)
def test_archive(files: Files, found: Look, cluster: Cluster, subtests: Subtests) -> None:
    """Digests, data, manifests and origin of the candidate's archive."""
    backup = newest(files, found)
    with subtests.test("intact"):
        backup.expect_intact()
    with subtests.test("data"):
        expect_present_data(backup, found)
    with subtests.test("manifests"):
        for service in SERVICES:
            backup.expect_manifests(cluster, service)
    with subtests.test("complete"):
        identity = cluster.get("v1/Namespace", "kube-system", namespace="").uid
        expect(
            backup.about.get("kind"),
            one_of("complete", "compressed"),
            where=backup.where("backup.json: kind"),
            fr="Une différentielle ne se restaure pas sans sa base.",
            en="A differential backup can't be restored without its base.",
        )
        about = backup.about.get("cluster")
        expect(
            about.get("uid") if isinstance(about, dict) else None,
            equal_to(identity),
            where=backup.where("backup.json: cluster.uid"),
            fr="La sauvegarde d'un autre cluster ne remet pas celui-ci en état.",
            en="Another cluster's backup does not bring this one back.",
        )


@check(
    points=21,
    fr="Elle a été vérifiée avec verify_backup, qui la dit intacte",
    en="It was verified with verify_backup, which finds it intact",
    files=[KEPT, ARCHIVED, LOG],
    probes=PROBES,
)
def test_verified(files: Files, found: Look) -> None:
    """The journal's last word of a verification of this archive is that it is intact."""
    backup = newest(files, found)
    expect_present_data(backup, found)
    name = backup.name
    about = [line for line in lines(files) if name in line and " verify_backup " in line]
    expect(
        about[-1] if about else "",
        containing(f"INFO verify_backup {name} est intacte"),
        where=f"/var/log/backup.log: the last verification of {name}",
        fr="Une sauvegarde que personne n'a relue n'en est pas encore une.",
        en="A backup that nobody has read back is not one yet.",
    )


@check(
    points=21,
    fr="La même archive est dans /backups et dans /archives",
    en="The same archive is in /backups and in /archives",
    files=[KEPT, ARCHIVED],
    probes=PROBES,
)
def test_archived(files: Files, found: Look) -> None:
    """Both folders hold a file with the very bytes of the candidate's archive."""
    backup = newest(files, found)
    expect_present_data(backup, found)
    for folder, pattern in (("/backups", KEPT), ("/archives", ARCHIVED)):
        expect(
            any(file.content == backup.content and not file.is_link for file in files.of(pattern)),
            yes(),
            where=f"{folder}: a file that is the new archive, byte by byte",
            fr="Une copie qui n'est qu'à un endroit disparaît avec lui.",
            en="A copy that is in one place only goes with that place.",
        )


@check(
    points=3,
    fr="Le journal est complet et finit sans erreur",
    en="The journal is whole and ends without an error",
    files=[KEPT, ARCHIVED, LOG],
)
def test_log_clean(files: Files, found: Look) -> None:
    """Nothing was taken out of it, it tells of the backup, and no error comes after that."""
    name = newest(files, found).name
    before, now = lines_of(found.files.content(LOG)), lines(files)
    expect(
        now[: len(before)] == before,
        yes(),
        where="/var/log/backup.log: the lines that were there still stand",
        fr="Un journal auquel on a retiré des lignes ne prouve plus rien.",
        en="A journal from which lines were taken proves nothing any more.",
    )
    expect(
        [line for line in now if UNREADABLE in line],
        nothing(),
        where="/var/log/backup.log: lines that can be read in part only",
        fr="Un journal abîmé ne prouve plus rien.",
        en="A damaged journal proves nothing any more.",
    )
    written = [
        number for number, line in enumerate(now) if "sauvegarde écrite" in line and name in line
    ]
    expect(
        len(written) > 0,
        yes(),
        where=f"/var/log/backup.log: tells that {name} was written",
        fr="Le script note ce qu'il fait : cette archive n'en vient pas.",
        en="The script notes what it does: this archive does not come from it.",
    )
    expect(
        [line for line in now[written[-1] :] if " ERREUR " in line],
        nothing(),
        where="/var/log/backup.log: errors after the backup",
        fr="Une erreur sans suite sera celle que l'on cherchera demain.",
        en="An error that nobody followed up is the one to look for tomorrow.",
    )


@check(
    points=15,
    guard=True,
    fr="Les quinze services marchent, avec leurs données",
    en="The fifteen services run, with their data",
    probes=PROBES,
)
def test_services(
    cluster: Cluster, baseline: Cluster, found: Look, answers: Answers, studio: Studio
) -> None:
    """Each is as well as it was, and answers with the records of before."""
    expect_others_well(cluster, baseline, studio, besides=[])
    for service in SERVICES:
        expect_records(answers, service, records_of(found.answers, service))


@check(
    points=4,
    guard=True,
    fr="Les archives qui étaient là y sont encore",
    en="The archives that were there are still there",
    files=[KEPT, ARCHIVED],
)
def test_older_archives(files: Files, found: Look) -> None:
    """Each has its name and its bytes."""
    for pattern in (KEPT, ARCHIVED):
        expect_files_untouched(
            files,
            found,
            pattern,
            fr="Personne n'a demandé de retirer ni de remplacer une archive.",
            en="Nobody asked for an archive to be removed or replaced.",
        )


@check(points=6, guard=True, fr="Rien d'autre n'a changé", en="Nothing else has changed")
def test_nothing_else_changed(changes: Sequence[Change]) -> None:
    """Every object that was there before is as it was."""
    expect_nothing_else_changed(
        changes,
        fr="Une sauvegarde ne change rien à ce qu'elle sauvegarde.",
        en="A backup changes nothing of what it saves.",
    )


def lines(files: Files) -> Sequence[str]:
    """The journal, line by line."""
    return lines_of(files.content(LOG))


def lines_of(content: bytes | None) -> Sequence[str]:
    """A text's lines, with `UNREADABLE` for what is no text; none where there is no file."""
    return (content or b"").decode("utf-8", "replace").splitlines()
