"""Results in the database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.store.attempts import AttemptStore, Change
from grader.store.audit import audit_trail
from grader.store.database import Database
from grader.store.submissions import SubmissionStore
from grader.store.tables import SubmissionRow

from .samples import ATTEMPT, ERROR_RECEIPT, RECEIPT


@pytest.fixture
def database(empty: Database) -> Database:
    """A database with one attempt that is ready."""
    AttemptStore(empty).create(ATTEMPT, who="examiner")
    AttemptStore(empty).change(ATTEMPT.id, Change(AttemptState.READY, "examiner", "then"))
    return empty


def test_result_and_state_together(database: Database) -> None:
    """A final result makes its attempt `submitted`, with the points in the audit row."""
    SubmissionStore(database).record(RECEIPT, who="examiner")
    assert SubmissionStore(database).final(ATTEMPT.id) == RECEIPT
    assert AttemptStore(database).get(ATTEMPT.id).state is AttemptState.SUBMITTED
    assert audit_trail(database, ATTEMPT.id)[-1].note == "passed, 10 of 10 points"


def test_error_leaves_it_ready(database: Database) -> None:
    """A judging that ended with our error is kept, but the attempt can still be submitted."""
    store = SubmissionStore(database)
    store.record(ERROR_RECEIPT, who="examiner")
    assert store.final(ATTEMPT.id) is None
    assert AttemptStore(database).get(ATTEMPT.id).state is AttemptState.READY
    assert audit_trail(database, ATTEMPT.id)[-1].to_state == "ready"
    store.record(RECEIPT, who="examiner")
    assert store.all(ATTEMPT.id) == [ERROR_RECEIPT, RECEIPT]


def test_only_one_counts(database: Database) -> None:
    """A second final result is refused, and the first stays."""
    store = SubmissionStore(database)
    store.record(RECEIPT, who="examiner")
    with pytest.raises(GraderError) as caught:
        store.record(replace(RECEIPT, points=0), who="examiner")
    assert caught.value.code is Code.ATTEMPT_STATE
    assert store.all(ATTEMPT.id) == [RECEIPT]


def test_database_itself_refuses_a_second(database: Database) -> None:
    """Even past the code that checks states, two final results can't be stored."""
    SubmissionStore(database).record(RECEIPT, who="examiner")
    row = {**vars(RECEIPT), "result_json": "{}"}
    del row["result"], row["number"]
    with pytest.raises(GraderError) as caught, database.writing() as session:
        session.add(SubmissionRow(**row))
    assert caught.value.code is Code.STORE_BROKEN
