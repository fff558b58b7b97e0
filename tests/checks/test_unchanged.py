"""What must be as it was: other objects, and files that the candidate found."""

from __future__ import annotations

import pytest

from grader.checks import CheckFailed, Look
from grader.checks.files import Files
from grader.checks.unchanged import expect_files_untouched, expect_nothing_else_changed
from grader.model.change import Change, ChangeKind
from grader.model.observation import Observation, WorkstationFile
from tests.checks.test_files import ZIPS, declared

KEPT = WorkstationFile("/archives/a.zip", 3, 0.0, b"abc")
LINK = WorkstationFile("/archives/last.zip", 3, 0.0, b"abc", link=True)


def judge(*now: WorkstationFile) -> None:
    """Two files were found, one of them a link; these are there now."""
    found = Look(Observation("", {}, listings={ZIPS.key: (KEPT, LINK)}), declared(ZIPS))
    files = Files(Observation("", {}, listings={ZIPS.key: now}), declared(ZIPS))
    expect_files_untouched(files, found, ZIPS, fr="pourquoi", en="why")


def test_files_that_are_as_they_were() -> None:
    """New ones do no harm, nor does a link that was moved."""
    judge(KEPT, WorkstationFile("/archives/b.zip", 1, 0.0, b"b"))


@pytest.mark.parametrize(
    "now",
    [
        (LINK,),
        (WorkstationFile("/archives/a.zip", 3, 0.0, b"abd"), LINK),
        (WorkstationFile("/archives/a.zip", 3, 0.0, b"abc", link=True),),
    ],
    ids=["gone", "other bytes", "a link in its place"],
)
def test_a_file_that_is_not_as_it_was_fails(now: tuple[WorkstationFile, ...]) -> None:
    """One that is gone, has other bytes, or became a link is named."""
    with pytest.raises(CheckFailed, match=r"/archives/a\.zip"):
        judge(*now)


def test_any_other_change_fails() -> None:
    """A single change that the scenario does not allow is enough."""
    expect_nothing_else_changed([])
    with pytest.raises(CheckFailed):
        expect_nothing_else_changed([Change("Service", "n", "audio", ChangeKind.DELETED)])


def test_changes_are_told_in_both_languages_and_named_by_the_first() -> None:
    """The place is one object's, so that it can be told who changed it; all of them are seen."""
    changes = [
        Change("Deployment", "pivori-production", "audio", ChangeKind.CHANGED, ("spec.replicas",)),
        Change("Service", "pivori-production", "routing", ChangeKind.DELETED),
        Change("ClusterRole", "", "all", ChangeKind.ADDED),
    ]
    with pytest.raises(CheckFailed) as raised:
        expect_nothing_else_changed(changes)
    finding = raised.value.finding
    assert finding.where == "Deployment pivori-production/audio: spec.replicas"
    assert finding.seen.en == (
        "Deployment pivori-production/audio changed: spec.replicas, "
        "Service pivori-production/routing deleted, ClusterRole all added"
    )
    assert finding.seen.fr == (
        "Deployment pivori-production/audio : modification de spec.replicas, "
        "Service pivori-production/routing : suppression, ClusterRole all : ajout"
    )
    assert Change("Service", "", "x", ChangeKind.DELETED).where == "Service x"
