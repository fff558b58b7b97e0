"""A candidate's personal data: given out, erased, and erased after a time."""

from __future__ import annotations

import pytest

from grader.exam.personal import erase, expire, kept_of
from grader.exam.results.certify import Sitting, certify
from grader.exam.signing.envelope import verify
from grader.exam.signing.keys import KeyRing
from grader.exam.surroundings import Surroundings
from grader.model.attempt import AttemptState
from grader.model.errors import GraderError
from grader.store.attempts import Change
from grader.store.personal import PersonalStore

from .certified import NAME, PAPER, take_task, take_theory


@pytest.fixture
def over(around: Surroundings) -> Surroundings:
    """Surroundings in which a candidate's exam is over, signed, and reported."""
    take_theory(around)
    take_task(around, "aaaaaa")
    for state in (AttemptState.STOPPING, AttemptState.STOPPED):
        around.attempts.change("aaaaaa", Change(state, "examiner", "2026-11-23T16:00:00.000Z"))
    certify(around, Sitting(PAPER, [("aaaaaa", 1)]))
    folder = around.results_of("aaaaaa")
    folder.mkdir(parents=True)
    for name in ("report.html", "report-examiner.pdf"):
        (folder / name).write_text(NAME, encoding="utf-8")
    (folder / "evidence.json.gz").write_bytes(b"evidence")
    return around


def _files(around: Surroundings) -> list[str]:
    return sorted(path.name for path in around.results_of("aaaaaa").iterdir())


def test_erased(over: Surroundings) -> None:
    """After an erasure the signature still holds, the same result comes back, the evidence stays, and no file bears the name."""
    before = certify(over, Sitting(PAPER, [("aaaaaa", 1)]))
    assert kept_of(over, NAME)["attempts"][0]["candidate"] == NAME
    erasure = erase(over, NAME)
    after = certify(over, Sitting(PAPER, [("aaaaaa", 1)]))
    assert (after.signed, after.candidate) == (before.signed, erasure.alias)
    verify(after.signed.encode("ascii"), KeyRing(over.home).all(), where="result")
    assert _files(over) == ["evidence.json.gz"]
    assert over.attempts.get("aaaaaa").candidate == erasure.alias
    with pytest.raises(GraderError):
        kept_of(over, NAME)


def test_expired(over: Surroundings) -> None:
    """After the period names are erased, and the log says for how long they were kept; a second time there is nothing to do."""
    assert expire(over, 36500) == []
    (erasure,) = expire(over, 1)
    assert erasure.reason == "kept for 1 days"
    assert _files(over) == ["evidence.json.gz"]
    assert expire(over, 1) == []
    assert PersonalStore(over.database).log() == [erasure]


def test_killed_before_the_files(over: Surroundings) -> None:
    """Reports that a killed erasure left are found by the next expiry."""
    erase(over, NAME)
    (over.results_of("aaaaaa") / "report.html").write_text(NAME, encoding="utf-8")
    assert expire(over, 36500) == []
    assert _files(over) == ["evidence.json.gz"]
