"""What judging work again makes of whole exams: shown first, signed anew once it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from grader.exam.attempts.start import Order, start
from grader.exam.attempts.submit import submit
from grader.exam.results.certify import Sitting, certify
from grader.exam.results.evidence_files import evidence_files
from grader.exam.results.exam_regrade import ExamChange, exam_changes, sign_anew
from grader.exam.results.regrade import Regrade, regrade, store_regrade
from grader.exam.signing.payload import stated
from grader.exam.surroundings import Surroundings
from grader.model.certification import Outcome, Task
from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.model.text import Bilingual, Language
from grader.store.certifications import Certification, CertificationStore
from tests.exam.certified import NAME, PAPER, take_theory
from tests.exam.fakes import FakeProvider, fake_surroundings
from tests.exam.sessions.held import Held

SKIPPED = Task("", "backup", Bilingual("Sauvegarder", "Back up"), 3, (), skipped=True)


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    """Surroundings without a cluster, whose judge finds work right only when it is judged again."""
    return fake_surroundings(tmp_path, FakeProvider(tmp_path / "world"))


def wanting(around: Surroundings, candidate: str = NAME) -> str:
    """An attempt that was handed in and earned nothing."""
    attempt = start(
        around, Order("deploy-service", candidate, None, Language.FRENCH, 7), PhaseLog()
    )
    submit(around, attempt.id, PhaseLog())
    return attempt.id


def signed(around: Surroundings, attempt: str, *missed: Task) -> Certification:
    """The exam of that one task, and of those that were never begun."""
    take_theory(around)
    sitting = Sitting(PAPER, [(attempt, 1)], missed=missed, session={"id": "s"}, level="Expert")
    return certify(around, sitting)


def again(around: Surroundings, *words: str) -> Sequence[Regrade]:
    """Judged again, nothing stored."""
    return regrade(around, evidence_files(around, words))


def only(around: Surroundings, *words: str) -> ExamChange:
    """The one exam that changes."""
    (change,) = exam_changes(around, again(around, *words))
    return change


def test_who_crosses_is_shown_before_anything_is_stored(around: Surroundings) -> None:
    """A failed exam that would pass says so, with its percentages then and now."""
    attempt = wanting(around)
    before = signed(around, attempt)
    assert before.outcome is Outcome.FAILED
    change = only(around, attempt)
    assert change.crosses
    assert (change.then.outcome, change.now.outcome) == (Outcome.FAILED, Outcome.PASSED)
    assert (change.then.practical, change.now.practical) == (Fraction(0), Fraction(100))
    assert (change.then.total, change.now.total) == (Fraction(50), Fraction(100))
    assert CertificationStore(around.database).all(PAPER)[-1].signed == before.signed


def test_signed_anew(around: Surroundings) -> None:
    """Once the work's result is stored the exam is signed with it; the old document is kept, and nothing changes twice."""
    attempt = wanting(around)
    before = signed(around, attempt)
    (one,) = again(around, attempt)
    (change,) = exam_changes(around, [one])
    store_regrade(around, one)
    made = sign_anew(around, change)
    assert made.outcome is Outcome.PASSED
    kept = CertificationStore(around.database).all(PAPER)
    assert [c.signed for c in kept] == [before.signed, made.signed]
    assert exam_changes(around, again(around, attempt)) == []
    # All that is not about the work is as it was.
    old, new = stated(before.signed), stated(made.signed)
    same = ("exam", "level", "candidate", "session", "theory", "schema", "grader")
    assert {name: new[name] for name in same} == {name: old[name] for name in same}
    assert new["practical"]["tasks"][0]["used_s"] == old["practical"]["tasks"][0]["used_s"]


def test_what_was_not_begun_still_counts(around: Surroundings) -> None:
    """A task that was skipped keeps its weight: points change, the outcome does not."""
    attempt = wanting(around)
    before = signed(around, attempt, SKIPPED)
    change = only(around, attempt)
    assert not change.crosses
    assert change.now.outcome is Outcome.FAILED
    assert change.now.practical == Fraction(25)
    store_regrade(around, again(around, attempt)[0])
    tasks = stated(sign_anew(around, change).signed)["practical"]["tasks"]
    assert [task.get("skipped", False) for task in tasks] == [False, True]
    assert tasks[1] == stated(before.signed)["practical"]["tasks"][1]


def test_other_exams_are_left_alone(around: Surroundings) -> None:
    """Work outside the exam, also of the same candidate, changes nothing of it, even where its document is out of date."""
    attempt = wanting(around)
    signed(around, attempt)
    store_regrade(around, again(around, attempt)[0])
    others = [wanting(around), wanting(around, "Ada"), wanting(around, "")]
    assert exam_changes(around, again(around, *others)) == []


def test_a_session_and_a_code_stand_for_their_tasks(tmp_path: Path) -> None:
    """All judged work of a session, or of one candidate of it; where nothing is judged that is told."""
    held = Held(tmp_path)
    with pytest.raises(GraderError, match="no task was handed in") as caught:
        evidence_files(held.around, [held.session])
    assert caught.value.code is Code.ATTEMPT_STATE
    attempts = []
    for code in held.codes:
        seat = held.begin_of(code)
        assert seat.current
        attempts.append(seat.current.attempt)
        submit(held.around, attempts[-1], PhaseLog())
    found = evidence_files(held.around, [held.session])
    assert [file.attempt and file.attempt.id for file in found] == attempts
    (one,) = evidence_files(held.around, [held.codes[1]])
    assert one.attempt
    assert one.attempt.id == attempts[1]
