"""What the task did not ask for and must be as it was: the cluster's other objects, files."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.expectation import expect
from grader.checks.files import Files
from grader.checks.look import Look
from grader.checks.matchers import nothing, yes
from grader.model.change import Change
from grader.model.observation import FileRequest


def expect_nothing_else_changed(
    changes: Sequence[Change],
    *,
    fr: str = "En production, un changement que personne n'a demandé est un incident à venir.",
    en: str = "In production, a change that nobody asked for is an incident to come.",
) -> None:
    """Fail if an object changed that the scenario does not let change.

    Args:
        changes: The fixture of that name.
        fr: Why it matters, in French.
        en: The same in English.

    Raises:
        CheckFailed: One did.
    """
    # The first names the object, so that it can be told who changed it and when.
    where = changes[0].where if changes else ""
    expect(changes, nothing(), where=where, fr=fr, en=en)


def expect_files_untouched(
    files: Files, found: Look, which: FileRequest, *, fr: str, en: str
) -> None:
    """Fail unless each file that the candidate found still has its name and its bytes.

    Links are left out: the studio's own script moves the one to its last backup.

    Args:
        files: The files now.
        found: What the candidate found.
        which: What was asked for of both.
        fr: Why it matters, in French.
        en: The same in English.

    Raises:
        CheckFailed: One is gone or has other bytes.
    """
    there = {file.path: file.content for file in files.of(which) if not file.is_link}
    for file in found.files.of(which):
        if not file.is_link:
            expect(
                there.get(file.path) == file.content,
                yes(),
                where=file.where("as it was"),
                fr=fr,
                en=en,
            )
