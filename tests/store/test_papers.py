"""Theory papers in the database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from grader.model.clock import Moment, Stopwatch
from grader.model.errors import Code, GraderError
from grader.model.paper import Paper, PaperState
from grader.model.question import draw
from grader.model.text import Language
from grader.store.database import Database
from grader.store.papers import PaperStore
from grader.store.tables import GivenAnswerRow
from tests.model.test_theory import BANK

BEGIN = Moment("boot", 1000.0, 5000.0)
PAPER = Paper(
    id="p3k2p9",
    candidate="Zoé Lefèvre",
    language=Language.FRENCH,
    seed=7,
    state=PaperState.OPEN,
    limit_s=3600,
    created_at="2026-11-23T14:50:00.000Z",
    closed_at=None,
    stopwatch=Stopwatch().started(BEGIN),
    questions=draw(BANK, 7),
)
FIRST = PAPER.questions[0]


def _at(seconds: float) -> Moment:
    return Moment("boot", BEGIN.steady_s + seconds, BEGIN.wall_s + seconds)


@pytest.fixture
def store(empty: Database) -> PaperStore:
    """A database with one open paper."""
    store = PaperStore(empty)
    store.create(PAPER)
    return store


def test_comes_back_as_it_was(store: PaperStore) -> None:
    """A paper comes back as it was stored, with its questions as they were shuffled."""
    assert store.get(PAPER.id) == PAPER
    assert store.all() == [PAPER]


def test_answers_are_kept(store: PaperStore, empty: Database) -> None:
    """The last answer to a question counts, the earlier ones are kept, and another process sees them."""
    store.answer(PAPER.id, FIRST.id, [1], now=_at(60), at="later")
    store.answer(PAPER.id, FIRST.id, [2], now=_at(90), at="later")
    paper = PaperStore(Database(empty.place)).get(PAPER.id)
    assert paper.answers == {FIRST.id: (2,)}
    assert paper.stopwatch.used_s == 90
    with empty.reading() as session:
        assert session.scalar(select(func.count()).select_from(GivenAnswerRow)) == 2


def test_after_the_time(store: PaperStore) -> None:
    """An answer after the time is not kept: the paper is closed with what was there, and no more time than it had."""
    store.answer(PAPER.id, FIRST.id, [1], now=_at(3599), at="then")
    paper = store.answer(PAPER.id, FIRST.id, [2], now=_at(3601), at="late")
    assert (paper.state, paper.closed_at) == (PaperState.CLOSED, "late")
    assert paper.answers == {FIRST.id: (1,)}
    assert paper.stopwatch == Stopwatch(3600.0)


def test_closed_is_closed(store: PaperStore) -> None:
    """A paper that was handed in takes no answer, and handing it in again changes nothing."""
    first = store.close(PAPER.id, now=_at(100), at="then")
    assert store.close(PAPER.id, now=_at(200), at="later") == first
    with pytest.raises(GraderError) as caught:
        store.answer(PAPER.id, FIRST.id, [1], now=_at(300), at="later")
    assert caught.value.code is Code.PAPER_STATE
    assert store.get(PAPER.id) == first


@pytest.mark.parametrize(
    ("question", "chosen"),
    [("other-01", [0]), (FIRST.id, [4]), (FIRST.id, [-1]), (FIRST.id, [0, 1])],
)
def test_answers_that_make_no_sense(store: PaperStore, question: str, chosen: list[int]) -> None:
    """A question that was not asked, an option that is not there and two of a single choice are refused."""
    with pytest.raises(ValueError, match=r"not on the paper|no options|single choice"):
        store.answer(PAPER.id, question, chosen, now=_at(1), at="then")
    assert store.get(PAPER.id) == PAPER


def test_one_open_paper(store: PaperStore) -> None:
    """A candidate has one open paper at a time, whichever grader draws it; who practises may have several."""
    again = replace(PAPER, id="another")
    with pytest.raises(GraderError) as caught:
        store.create(again)
    assert caught.value.code is Code.PAPER_STATE
    assert PAPER.id in (caught.value.hint or "")
    store.close(PAPER.id, now=_at(1), at="then")
    store.create(again)
    for name in ("one", "two"):
        store.create(replace(PAPER, id=name, candidate=""))
    assert len(store.all()) == 4


def test_unknown(store: PaperStore) -> None:
    """A paper that there is not gives paper-unknown."""
    with pytest.raises(GraderError) as caught:
        store.get("nobody")
    assert caught.value.code is Code.PAPER_UNKNOWN
