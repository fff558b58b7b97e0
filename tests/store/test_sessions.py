"""Exam sessions in the database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.model.certification import Marks
from grader.model.errors import Code, GraderError
from grader.model.session import Seat, SeatState, Session
from grader.model.session_steps import begin, extend, pause, prepare, prepared
from grader.model.text import Bilingual
from grader.store.database import Database
from grader.store.sessions import Reason, SessionStore
from tests.model.seats import Hands, seat

from .test_two_processes import _processes

SESSION = Session(
    id="s7k2p9",
    exam="certification",
    title=Bilingual("Certification", "Certification"),
    marks=Marks(40, 60, 70, 80),
    theory_minutes=60,
    provider="kind",
    scenarios_folder="",
    created_at="2026-11-23T14:50:00.000Z",
    who="examiner",
)
SEATS = [seat(), replace(seat(15), code="d7k2p9", candidate="Ada")]
BECAUSE = Reason("examiner", "later")

PAUSER = """
import sys
from pathlib import Path
from grader.model.clock import Moment
from grader.model.errors import GraderError
from grader.model.session_steps import pause
from grader.store.database import Database
from grader.store.sessions import Reason, SessionStore

place = sys.argv[1]
store = SessionStore(Database(place if "://" in place else Path(place)))
sys.stdin.read()
try:
    store.step("c7k2p9", lambda s: pause(s, Moment("boot", 1, 1)), Reason(sys.argv[2], "now"))
except GraderError as error:
    print(error.code.slug)
else:
    print("granted")
"""


@pytest.fixture
def store(empty: Database) -> SessionStore:
    """A database with a session of two candidates."""
    store = SessionStore(empty)
    store.create(SESSION, SEATS)
    return store


def _working(store: SessionStore, hands: Hands) -> Seat:
    store.step("c7k2p9", lambda s: prepare(s, "aaaaaa", hands()), BECAUSE)
    store.step("c7k2p9", lambda s: prepared(s, "aaaaaa", hands()), BECAUSE)
    return store.step("c7k2p9", lambda s: begin(s, hands(), "then"), BECAUSE)


def test_comes_back_as_it_was(store: SessionStore) -> None:
    """A session comes back as it was stored, its seats in the order in which the candidates were named."""
    assert store.get(SESSION.id) == SESSION
    assert store.all() == [SESSION]
    assert store.seats(SESSION.id) == SEATS
    assert store.seat("d7k2p9") == SEATS[1]
    assert store.taken("s7k2p9")
    assert store.taken("d7k2p9")
    assert not store.taken("nobody")


def test_step(store: SessionStore, empty: Database) -> None:
    """A step is stored whole: what it gives is what another process reads, the clocks included."""
    hands = Hands()
    after = _working(store, hands)
    assert SessionStore(Database(empty.place)).seat("c7k2p9") == after
    assert store.seat("d7k2p9") == SEATS[1]
    assert store.seat_of("aaaaaa") == after
    assert store.seat_of("bbbbbb") is None


def test_audited(store: SessionStore) -> None:
    """Each change of a state has its audit row, and a step that changes none has one where it says why."""
    hands = Hands()
    _working(store, hands)
    store.step("c7k2p9", lambda s: extend(s, 60, hands()), Reason("Eve", "later", "1 min more"))
    store.step("c7k2p9", lambda s: s, BECAUSE)
    told = [(e.task, e.from_state, e.to_state, e.who) for e in store.trail(SESSION.id)]
    assert told == [
        (0, "", "waiting", "examiner"),
        (0, "", "waiting", "examiner"),
        (1, "pending", "preparing", "examiner"),
        (1, "preparing", "prepared", "examiner"),
        (0, "waiting", "working", "examiner"),
        (1, "prepared", "working", "examiner"),
        (0, "working", "working", "Eve"),
    ]
    assert store.trail(SESSION.id)[-1].note == "1 min more"


def test_refused_step(store: SessionStore) -> None:
    """A step that is refused leaves the seat and its trail as they were."""
    before = store.trail(SESSION.id)
    with pytest.raises(GraderError) as caught:
        store.step("c7k2p9", lambda s: pause(s, Hands()()), BECAUSE)
    assert caught.value.code is Code.SESSION_STATE
    assert store.seat("c7k2p9") == SEATS[0]
    assert store.trail(SESSION.id) == before


def test_two_graders(store: SessionStore, place: Path | str) -> None:
    """Of two graders that want the same step one gets it, and one audit row tells of it."""
    _working(store, Hands())
    said = _processes(PAUSER, [str(place), "one"], [str(place), "two"])
    assert sorted(said) == ["granted\n", "session-state\n"]
    assert store.seat("c7k2p9").state is SeatState.PAUSED
    assert sum(entry.to_state == "paused" for entry in store.trail(SESSION.id)) == 1


def test_unknown(store: SessionStore) -> None:
    """A code and a session that there are not give session-unknown."""
    for ask in (store.seat, store.get):
        with pytest.raises(GraderError) as caught:
            ask("nobody")
        assert caught.value.code is Code.SESSION_UNKNOWN
    assert store.find_seat("nobody") is None
