"""Attempts in the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.store.attempts import AttemptStore, Change
from grader.store.audit import audit_trail
from grader.store.database import Database

from .samples import ATTEMPT


@pytest.fixture
def database(empty: Database) -> Database:
    """An empty database."""
    return empty


def test_comes_back_as_it_was(database: Database) -> None:
    """An attempt comes back from the database exactly as it was stored."""
    AttemptStore(database).create(ATTEMPT, who="examiner")
    assert AttemptStore(Database(database.place)).get(ATTEMPT.id) == ATTEMPT


def test_creation_is_audited(database: Database) -> None:
    """The attempt's creation is its first audit row."""
    AttemptStore(database).create(ATTEMPT, who="examiner")
    (entry,) = audit_trail(database, ATTEMPT.id)
    assert (entry.who, entry.from_state, entry.to_state) == ("examiner", "", "starting")
    assert entry.at == ATTEMPT.created_at


def test_change_is_audited(database: Database) -> None:
    """Every change leaves who, when, from, to and why."""
    store = AttemptStore(database)
    store.create(ATTEMPT, who="examiner")
    store.change(ATTEMPT.id, Change(AttemptState.READY, "root", "2026-11-23T14:51:00Z", "fast"))
    entry = audit_trail(database, ATTEMPT.id)[-1]
    assert (entry.at, entry.who, entry.from_state, entry.to_state, entry.note) == (
        "2026-11-23T14:51:00Z",
        "root",
        "starting",
        "ready",
        "fast",
    )


def test_times_of_the_states(database: Database) -> None:
    """Becoming ready and being stopped are dated on the attempt itself."""
    store = AttemptStore(database)
    store.create(ATTEMPT, who="examiner")
    ready = store.change(ATTEMPT.id, Change(AttemptState.READY, "e", "2026-11-23T14:51:00Z"))
    store.change(ATTEMPT.id, Change(AttemptState.STOPPING, "e", "2026-11-23T15:00:00Z"))
    stopped = store.change(ATTEMPT.id, Change(AttemptState.STOPPED, "e", "2026-11-23T15:00:01Z"))
    assert ready.ready_at == "2026-11-23T14:51:00Z"
    assert ready.ended_at is None
    assert stopped.ended_at == "2026-11-23T15:00:01Z"


def test_illegal_change_is_refused(database: Database) -> None:
    """A change that may not follow is refused, says the state and what to type, and leaves no trace."""
    store = AttemptStore(database)
    store.create(ATTEMPT, who="examiner")
    with pytest.raises(GraderError) as caught:
        store.change(ATTEMPT.id, Change(AttemptState.SUBMITTED, "e", "now"))
    assert caught.value.code is Code.ATTEMPT_STATE
    assert "starting" in caught.value.what
    assert f"grader stop {ATTEMPT.id}" in (caught.value.hint or "")
    assert store.get(ATTEMPT.id) == ATTEMPT
    assert len(audit_trail(database, ATTEMPT.id)) == 1


def test_unknown_attempt(database: Database) -> None:
    """An id that there is not gives attempt-unknown."""
    store = AttemptStore(database)
    asking: list[Callable[[], object]] = [
        lambda: store.get("nobody"),
        lambda: store.change("nobody", Change(AttemptState.READY, "e", "now")),
    ]
    for ask in asking:
        with pytest.raises(GraderError) as caught:
            ask()
        assert caught.value.code is Code.ATTEMPT_UNKNOWN
