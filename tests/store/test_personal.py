"""Personal data in the database: found, and taken out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from grader.model.attempt import AttemptState
from grader.model.certification import Outcome
from grader.model.errors import Code, GraderError
from grader.store.attempts import AttemptStore, Change
from grader.store.certifications import Certification, CertificationStore
from grader.store.database import Database
from grader.store.papers import PaperStore
from grader.store.personal import Erasure, PersonalStore
from grader.store.sessions import SessionStore
from grader.store.submissions import SubmissionStore
from grader.store.tables import Table

from .samples import ATTEMPT, RECEIPT
from .test_papers import BEGIN, PAPER
from .test_sessions import SEATS, SESSION

NAME = "Zoé Lefèvre"
ERASURE = Erasure("erased-abcdef", "2026-12-01T00:00:00.000Z", "examiner", "asked for")
SIGNED = '{"payload": "", "signatures": []}'


@pytest.fixture
def kept(empty: Database) -> Database:
    """A database in which a candidate has an attempt, a theory paper, and a signed result."""
    attempts = AttemptStore(empty)
    attempts.create(replace(ATTEMPT, candidate=NAME), who="examiner")
    attempts.change(ATTEMPT.id, Change(AttemptState.READY, "examiner", "then"))
    result = {**RECEIPT.result, "candidate": NAME}
    SubmissionStore(empty).record(replace(RECEIPT, result=result), who="examiner")
    papers = PaperStore(empty)
    papers.create(PAPER)
    papers.close(PAPER.id, now=BEGIN, at="2026-11-23T15:30:00.000Z")
    certification = Certification(PAPER.id, NAME, "salt", Outcome.PASSED, "then", SIGNED)
    CertificationStore(empty).record(certification, after=None)
    return empty


def _stop(database: Database) -> None:
    for state in (AttemptState.STOPPING, AttemptState.STOPPED):
        AttemptStore(database).change(ATTEMPT.id, Change(state, "examiner", "then"))


def _everything(database: Database) -> str:
    with database.reading() as session:
        rows = [
            [tuple(row) for row in session.execute(select(table))]
            for table in Table.metadata.sorted_tables
        ]
    return repr(rows)


def test_all_that_is_kept(kept: Database) -> None:
    """What is given out has the attempts, results, audit rows, papers and signed results of the candidate, and can be written as JSON."""
    found = PersonalStore(kept).of(NAME)
    assert {name: len(rows) for name, rows in found.items()} == {
        "attempts": 1,
        "submissions": 1,
        "audit": 3,
        "papers": 1,
        "given_answers": 0,
        "certifications": 1,
        "seats": 0,
        "session_audit": 0,
    }
    assert NAME in json.dumps(found, ensure_ascii=False)


def test_erased(kept: Database) -> None:
    """After an erasure the name and the salt are nowhere; results count as before, what is signed is unchanged, and the log tells of it."""
    _stop(kept)
    assert NAME in _everything(kept)
    assert PersonalStore(kept).erase(NAME, ERASURE) == [ATTEMPT.id]
    assert NAME not in _everything(kept)
    assert "'salt'" not in _everything(kept)
    final = SubmissionStore(kept).final(ATTEMPT.id)
    assert final is not None
    assert (final.points, final.result["candidate"]) == (10, "erased-abcdef")
    latest = CertificationStore(kept).latest(PAPER.id)
    assert latest is not None
    assert (latest.signed, latest.candidate, latest.salt) == (SIGNED, "erased-abcdef", "")
    assert PersonalStore(kept).log() == [ERASURE]
    if isinstance(kept.place, Path):
        assert NAME.encode() not in kept.place.read_bytes()
    with pytest.raises(GraderError):
        PersonalStore(kept).erase(NAME, ERASURE)


def test_erased_bytes(tmp_path: Path) -> None:
    """Of an erased name no byte stays in any file of the database, not even where SQLite had it and uses the place no more."""
    database = Database(tmp_path / "grader.db")
    attempts = AttemptStore(database)
    for number in range(60):
        one = replace(ATTEMPT, id=f"a{number:05}", candidate=NAME, state=AttemptState.STOPPED)
        attempts.create(one, who="examiner")
    assert NAME.encode() in _bytes(tmp_path)
    PersonalStore(database).erase(NAME, ERASURE)
    assert NAME.encode() not in _bytes(tmp_path)


def _bytes(folder: Path) -> bytes:
    """All that is in the files of a folder, the write-ahead log of a database included."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_not_while_at_work(kept: Database) -> None:
    """Nothing is erased of a candidate some of whose work is not over, and all stays as it was."""
    before = _everything(kept)
    with pytest.raises(GraderError) as caught:
        PersonalStore(kept).erase(NAME, ERASURE)
    assert caught.value.code is Code.ATTEMPT_STATE
    assert _everything(kept) == before
    _stop(kept)
    SessionStore(kept).create(SESSION, SEATS)
    with pytest.raises(GraderError) as caught:
        PersonalStore(kept).erase(NAME, ERASURE)
    assert caught.value.code is Code.SESSION_STATE


def test_over_before(kept: Database) -> None:
    """A candidate's time to be forgotten begins when the last of their work was over; who has an open exam is left alone."""
    store = PersonalStore(kept)
    assert store.over_before("2026-11-23T15:30:00.000Z") == []
    assert store.over_before("2026-11-23T15:30:00.001Z") == [NAME]
    SessionStore(kept).create(SESSION, SEATS)
    assert store.over_before("2027-01-01T00:00:00.000Z") == []
