"""Emergency 2: is there room again, with nothing lost that is still of use?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from grader.checks import (
    Bilingual,
    Change,
    CheckFailed,
    Disks,
    File,
    Files,
    Look,
    ParameterValue,
    Subtests,
    check,
    disk_usage,
    equal_to,
    expect,
    fail,
    nothing,
    part,
    workstation_files,
)
from grader.checks.unchanged import expect_nothing_else_changed

# Each file is in one of these; how it begins tells it from every other.
HEAD = 64
BACKUPS = [
    workstation_files("{{ backups }}/**", limit=2_500_000, most=500),
    workstation_files("{{ backups }}/.*/**", limit=HEAD, most=500),
]
LOGS = [
    workstation_files("{{ logs }}/**", limit=200_000, most=500),
    workstation_files("{{ logs }}/.*", limit=HEAD, most=500),
]
DISK = [*BACKUPS, *LOGS]
ARCHIVES = workstation_files("{{ archives }}/**", limit=5_000_000, most=200)
ROOM = disk_usage("{{ backups }}")
NOTE = "{{ archives }}/disque.txt"

BACKUP_AGE = timedelta(days=30)
LOG_AGE = timedelta(days=7)
AUDIT_LOG = "audit.log"
ARCHIVE_NAMES = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz")


@check(
    points=25,
    fr="Aucun fichier de plus de 30 jours ne reste parmi les sauvegardes",
    en="No file older than 30 days is left among the backups",
    files=DISK,
    parts=[
        part(
            "ordinary",
            points=10,
            fr="Sauvegardes aux noms ordinaires",
            en="Backups with ordinary names",
        ),
        part(
            "odd",
            points=15,
            fr="Sous d'autres noms, dans des sous-dossiers, cachés",
            en="Under other names, in subfolders, hidden",
        ),
    ],
)
def test_old_backups(files: Files, found: Look, subtests: Subtests) -> None:
    """What was older than 30 days is gone from the disk, also under another name or date."""
    old = [
        f for request in BACKUPS for f in found.files.of(request) if is_old(f, found, BACKUP_AGE)
    ]
    with subtests.test("ordinary"):
        expect_gone([f for f in old if is_ordinary(f)], files)
    with subtests.test("odd"):
        expect_gone([f for f in old if not is_ordinary(f)], files)


@check(
    points=15,
    fr="Aucun journal de plus de 7 jours ne reste",
    en="No log older than 7 days is left",
    files=DISK,
)
def test_old_logs(files: Files, found: Look) -> None:
    """What was older than 7 days is gone from the disk, also under another name or date."""
    logs = [f for request in LOGS for f in found.files.of(request)]
    expect_gone([f for f in logs if is_old(f, found, LOG_AGE)], files)


@check(
    points=20,
    fr="Les anciens journaux d'audit sont dans une archive",
    en="The old audit logs are in an archive",
    files=[*DISK, ARCHIVES],
)
def test_audit_archived(
    files: Files, found: Look, parameters: Mapping[str, ParameterValue]
) -> None:
    """Each of them is in a tar or zip archive, byte for byte; whatever the archive is called."""
    folder = f"/{parameters['audit']}/{AUDIT_LOG}"
    wanted = [
        f
        for request in LOGS
        for f in found.files.of(request)
        if folder in f.path and is_old(f, found, LOG_AGE)
    ]
    contents: set[bytes] = set()
    broken: CheckFailed | None = None
    for archive in files.of(ARCHIVES):
        try:
            contents.update(unpacked(archive))
        except CheckFailed as failure:
            broken = failure
    missing = [f.path for f in wanted if f.whole not in contents]
    if missing and broken is not None:
        # What is wrong with an archive says more than what is not in the others.
        raise broken
    expect(
        missing,
        nothing(),
        where="archives",
        fr="Les journaux d'audit doivent rester lisibles des années : une fois supprimés, rien ne les ramène.",
        en="Audit logs have to stay readable for years: once deleted, nothing brings them back.",
    )


@check(
    points=15,
    fr="Le disque est assez vide",
    en="The disk is empty enough",
    disks=[ROOM],
)
def test_room(disks: Disks, parameters: Mapping[str, ParameterValue]) -> None:
    """It is less full than the mark."""
    disk, mark = disks.of(ROOM), int(str(parameters["mark"]))
    if disk.percent >= mark:
        fail(
            Bilingual(f"moins de {mark} %", f"less than {mark} %"),
            Bilingual(f"{disk.percent} %", f"{disk.percent} %"),
            where=disk.where("Use%"),
            fr="La sauvegarde de cette nuit et les suivantes doivent tenir.",
            en="Tonight's backup and those after it have to fit.",
        )


@check(
    points=5,
    fr="Le plus gros fichier est noté",
    en="The biggest file is written down",
    files=[*DISK, NOTE],
)
def test_biggest(files: Files, found: Look) -> None:
    """The note names the file that was the biggest of the disk, and no other."""
    biggest = max((f for request in DISK for f in found.files.of(request)), key=lambda f: f.size)
    note = files.note(NOTE)
    said = note.value("biggest", "plus-gros", "plus gros")
    paths = [word.strip("`'\"(),;") for word in said.split() if word.strip("`'\"(").startswith("/")]
    expect(
        paths,
        equal_to([biggest.path]),
        where=note.where("biggest"),
        fr="Qui sait ce qui prend la place sait ce qu'il faut empêcher la prochaine fois.",
        en="Who knows what takes the room knows what to prevent the next time.",
    )


@check(
    points=10,
    guard=True,
    fr="Les sauvegardes de 30 jours au plus sont intactes",
    en="The backups of 30 days at most are intact",
    files=DISK,
)
def test_kept_backups(files: Files, found: Look) -> None:
    """Each is in its place, a file of its own with the same bytes and date, the newest among them."""
    for request in BACKUPS:
        now = {f.path: f for f in files.of(request)}
        for old in found.files.of(request):
            if not is_old(old, found, BACKUP_AGE):
                there = now.get(old.path)
                expect(
                    there is not None and is_intact(old, there),
                    equal_to(True),
                    where=old.where("there, no link, same bytes and date"),
                    fr="Une sauvegarde récente est ce dont on a besoin quand tout le reste est perdu.",
                    en="A recent backup is what is needed when all else is lost.",
                )


@check(
    points=5,
    guard=True,
    fr="Les journaux de 7 jours au plus sont là",
    en="The logs of 7 days at most are there",
    files=DISK,
)
def test_kept_logs(files: Files, found: Look) -> None:
    """Each is in its place and begins as it did; a log may grow."""
    for request in LOGS:
        now = {f.path: f for f in files.of(request)}
        for old in found.files.of(request):
            if not is_old(old, found, LOG_AGE):
                there = now.get(old.path)
                expect(
                    there is not None
                    and not there.is_link
                    and there.size >= old.size
                    and head(there) == head(old),
                    equal_to(True),
                    where=old.where("there, no link, nothing taken away"),
                    fr="Les journaux des derniers jours sont ceux qu'on lit pendant un incident.",
                    en="The logs of the last days are those that are read during an incident.",
                )


@check(
    points=5,
    guard=True,
    fr="Rien n'a changé dans le cluster",
    en="Nothing has changed in the cluster",
)
def test_cluster_unchanged(changes: list[Change]) -> None:
    """No object of the cluster was changed, deleted, or added to reach beyond itself."""
    expect_nothing_else_changed(
        changes,
        fr="Un disque plein au poste ne se soigne pas dans le cluster.",
        en="A full disk at the workstation is not cured in the cluster.",
    )


def is_old(file: File, found: Look, age: timedelta) -> bool:
    """Whether a file was older than that when the candidate began, when one log had just been written."""
    newest = max(f.modified for request in DISK for f in found.files.of(request))
    return newest - file.modified > age


def is_ordinary(file: File) -> bool:
    """Whether a file is called as the studio's backups are, right in their folder."""
    folder, _, name = file.path.rpartition("/")
    return folder.count("/") == 1 and name.startswith("pivori-studio-complete-")


def is_intact(old: File, now: File) -> bool:
    """Whether a backup is what it was."""
    return (now.is_link, now.size, now.modified, now.content) == (
        False,
        old.size,
        old.modified,
        old.content,
    )


def head(file: File) -> bytes:
    """How a file begins."""
    return (file.content or b"")[:HEAD]


def expect_gone(old: list[File], files: Files) -> None:
    """Fail where one of the files is still on the disk, whatever it is called now and however old it claims to be."""
    heads, paths = {head(f) for f in old}, {f.path for f in old}
    left = [
        f.path
        for request in DISK
        for f in files.of(request)
        if f.path in paths or (head(f) in heads and head(f))
    ]
    expect(
        left,
        nothing(),
        where="the small disk",
        fr="Ce qui a passé l'âge ne sert plus et prend la place de la prochaine sauvegarde.",
        en="What is past its age is of no more use, and takes the next backup's room.",
    )


def unpacked(archive: File) -> Iterator[bytes]:
    """The content of every file in an archive; nothing where the file does not say that it is one."""
    name = archive.name.lower()
    if ".tar." in name or name.endswith(ARCHIVE_NAMES):
        opened = archive.zip() if name.endswith(".zip") else archive.tar()
        for member in opened.names:
            yield opened.read(member)
