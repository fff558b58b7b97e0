"""Signed results in the database, and what a page about many of them reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.model.certification import Outcome
from grader.store.certifications import Certification, CertificationStore
from grader.store.database import Database
from grader.store.papers import PaperStore

from .test_papers import PAPER

FIRST = Certification(
    PAPER.id, "Ada", "salt", Outcome.PASSED, "then", "signed one", statistics="{1}"
)
OLDER = replace(FIRST, signed="signed by an older grader", statistics="")


@pytest.fixture
def store(empty: Database) -> CertificationStore:
    """A store that knows one paper."""
    PaperStore(empty).create(PAPER)
    return CertificationStore(empty)


def _never(signed: str) -> str:
    raise AssertionError(signed)


def test_what_came_with_a_result_is_read(store: CertificationStore) -> None:
    """Nothing is made of a signed result whose statistics are stored, and only what counts is told."""
    assert store.record(FIRST, after=None)
    again = replace(FIRST, signed="signed two", statistics="{2}")
    assert store.record(again, after=store.latest(PAPER.id))
    assert store.statistics(_never) == ["{2}"]


def test_of_an_older_result_they_are_made_once(store: CertificationStore) -> None:
    """They are made from the document when they are first asked for, and stored."""
    assert store.record(OLDER, after=None)
    made: list[str] = []

    def make(signed: str) -> str:
        made.append(signed)
        return "{made}"

    assert store.statistics(make) == ["{made}"]
    assert made == [OLDER.signed]
    assert store.statistics(_never) == ["{made}"]


def test_each_exam_is_told_once_in_order(store: CertificationStore, empty: Database) -> None:
    """Those with and those without come together, the oldest result first."""
    others = [replace(PAPER, id=f"other{n}", candidate=f"candidate {n}") for n in range(2)]
    for paper in others:
        PaperStore(empty).create(paper)
    store.record(replace(OLDER, paper=others[0].id), after=None)
    store.record(FIRST, after=None)
    store.record(replace(OLDER, paper=others[1].id, signed="last"), after=None)
    assert store.statistics(lambda signed: signed[-6:]) == ["grader", "{1}", "last"]
