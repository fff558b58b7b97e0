"""An exam that was taken, for the tests of its result."""

from __future__ import annotations

from dataclasses import replace

from grader.exam.attempts.submit import latest_result
from grader.exam.results.certify import Sitting, certify, decide
from grader.exam.results.receipt import receipt_of
from grader.exam.results.result import Result
from grader.exam.surroundings import Surroundings
from grader.model.attempt import Attempt, AttemptState
from grader.model.certification import Task
from grader.model.clock import Moment, Stopwatch
from grader.model.paper import Paper, PaperState
from grader.model.question import draw
from grader.model.text import Bilingual, Language
from grader.store.attempts import Change
from grader.store.certifications import Certification
from grader.store.papers import PaperStore
from tests.model.test_theory import BANK
from tests.report.samples import FULL, MIXED, SPLIT, WATCHED

NAME = "Zoé Lefèvre"
PAPER = "p3k2p9"


def take_theory(around: Surroundings, right: int = 20, *, hand_in: bool = True) -> None:
    """A theory paper of which some answers are right."""
    store = PaperStore(around.database)
    now = Moment("boot", 0, 0)
    questions = draw(BANK, 7)
    paper = Paper(
        id=PAPER,
        candidate=NAME,
        language=Language.FRENCH,
        seed=7,
        state=PaperState.OPEN,
        limit_s=3600,
        created_at="2026-11-23T14:50:00.000Z",
        closed_at=None,
        stopwatch=Stopwatch().started(now),
        questions=questions,
    )
    store.create(paper)
    for question in questions[:right]:
        store.answer(PAPER, question.id, question.right, now=now, at="then")
    if hand_in:
        store.close(PAPER, now=now, at="2026-11-23T15:30:00.000Z")


def take_task(
    around: Surroundings, attempt_id: str, result: Result = FULL, name: str = NAME
) -> None:
    """A practical attempt with its result."""
    around.attempts.create(
        Attempt(
            id=attempt_id,
            scenario=result.scenario,
            seed=1,
            candidate=name,
            language=Language.FRENCH,
            provider="kind",
            state=AttemptState.STARTING,
            created_at="2026-11-23T14:50:00.000Z",
        ),
        who="examiner",
    )
    around.attempts.change(attempt_id, Change(AttemptState.READY, "examiner", "then"))
    judged = replace(result, attempt=attempt_id, candidate=name)
    around.submissions.record(
        receipt_of(judged, "2026-11-23T15:00:00.000Z"),
        who="examiner",
    )


def certified(around: Surroundings) -> tuple[Certification, dict[str, Result]]:
    """A signed exam of three tasks, and what was recorded of each: one split and watched, one decided, one missed."""
    take_theory(around)
    task = replace(SPLIT, audit=WATCHED.audit, evidence_digest="sha256:" + "1" * 64)
    take_task(around, "aaaaaa", task)
    take_task(around, "bbbbbb", MIXED)
    decide(around, "bbbbbb", MIXED.checks[2].id, 1, "the tool had failed <b>")
    missed = Task("cccccc", "rollback", Bilingual("Revenir", "Roll back"), 1, (), skipped=True)
    sitting = Sitting(PAPER, [("aaaaaa", 2), ("bbbbbb", 1)], missed=[missed])
    results = {name: latest_result(around, name) for name in ("aaaaaa", "bbbbbb")}
    return certify(around, sitting), results
