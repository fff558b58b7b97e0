"""An exam whose grader is killed at every point where something is stored."""

from __future__ import annotations

import json
import signal
from base64 import b64decode
from pathlib import Path

import pytest

from grader.exam.signing.envelope import verify
from grader.exam.signing.keys import KeyRing
from grader.store.certifications import CertificationStore
from grader.store.database import Database
from grader.store.papers import PaperStore
from tests.exam.exam_driver import ANSWERED, Candidate

# More than there are of either; a run that was not killed ends the series.
MOST = 40


@pytest.mark.parametrize(
    ("moment", "fewest"), [("before-commit", 6), ("after-commit", 6), ("before-file", 4)]
)
def test_killed_everywhere(tmp_path: Path, moment: str, fewest: int) -> None:
    """Killed before or after any commit, or before any file is there, the exam goes on to one result with no answer lost."""
    killed = 0
    for number in range(1, MOST):
        folder = tmp_path / str(number)
        if Candidate(folder, moment, number).end()[0] == 0:
            break
        killed += 1
        code, signed = Candidate(folder).end()
        assert code == 0, number
        _look(folder / "home", signed, number)
    assert killed >= fewest
    assert killed < MOST - 1


def _look(home: Path, signed: str, number: int) -> None:
    database = Database(home / "grader.db")
    (paper,) = PaperStore(database).all()
    assert len(paper.answers) == ANSWERED, number
    (certification,) = CertificationStore(database).all(paper.id)
    assert certification.signed == signed
    verify(signed.encode("ascii"), KeyRing(home).all(), where="result")
    stated = json.loads(b64decode(json.loads(signed)["payload"]))["predicate"]
    assert stated["theory"]["points"] == str(ANSWERED)
    assert sum(key.current for key in KeyRing(home).all()) == 1


def test_killed_by_the_driver(tmp_path: Path) -> None:
    """The driver does kill itself where it is told to, so that the test above tests something."""
    assert Candidate(tmp_path, "after-commit", 1).end() == (-signal.SIGKILL, "")


def test_two_graders_sign_once(tmp_path: Path) -> None:
    """Two graders that sign the same exam at the same time leave one result, and both have it."""
    Candidate(tmp_path, "before-file", 1).end()
    both = [Candidate(tmp_path), Candidate(tmp_path)]
    printed = [one.end()[1] for one in both]
    assert printed[0] == printed[1] != ""
    database = Database(tmp_path / "home" / "grader.db")
    (paper,) = PaperStore(database).all()
    assert len(CertificationStore(database).all(paper.id)) == 1
