"""Exams that nobody took, in a database of their own: what a page about thousands of them is measured on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from grader import __version__
from grader.exam.results.cohort import statistics
from grader.exam.results.result_document import result_document, result_subjects
from grader.exam.signing.envelope import sign
from grader.exam.signing.keys import KeyRing
from grader.model.certification import GUIDE, Task, whole
from grader.model.clock import Stopwatch
from grader.model.paper import Paper, PaperState
from grader.model.question import Question, draw
from grader.model.text import Bilingual, Language
from grader.model.verdict import CheckResult, Verdict
from grader.store.certifications import Certification, CertificationStore
from grader.store.database import Database
from grader.store.papers import PaperStore

TASKS = ("deploy-service", "backup", "restore", "answer-alert", "rollback")
_CHECKS = 8
_KIND = "https://pivori.app/grader/simulated-result/v1"
_THEN = "2026-11-23T14:50:00.000Z"


def simulate(database: Database, keys: Path, bank: Sequence[Question], count: int) -> None:
    """Store `count` signed results, as exams leave them: some candidates are good, some are not.

    Args:
        database: Where they go; it should be empty.
        keys: A folder for the key that signs them.
        bank: The questions that papers are drawn from.
        count: How many.
    """
    papers, results = PaperStore(database), CertificationStore(database)
    signer = KeyRing(keys).signer()
    for seed in range(count):
        chance = random.Random(seed)  # noqa: S311 - nobody's secret
        skill = chance.uniform(0.3, 1.0)
        paper = _paper(seed, draw(bank, seed), skill, chance)
        tasks = [_task(name, skill, chance) for name in TASKS]
        result = whole(paper.score.percent, tasks, GUIDE)
        document = {"grader": __version__, **result_document(paper, tasks, GUIDE, result)}
        signed = sign(signer, _KIND, document, result_subjects(paper, tasks)).decode("ascii")
        papers.create(paper)
        results.record(
            Certification(
                paper=paper.id,
                candidate=paper.candidate,
                salt="",
                outcome=result.outcome,
                issued_at=_THEN,
                signed=signed,
                statistics=statistics(document),
            ),
            after=None,
        )


def _paper(
    seed: int, questions: tuple[Question, ...], skill: float, chance: random.Random
) -> Paper:
    answers = {q.id: tuple(q.right) if chance.random() < skill else (0,) for q in questions}
    return Paper(
        id=f"{seed:06}",
        candidate=f"candidate {seed}",
        language=Language.FRENCH,
        seed=seed,
        state=PaperState.CLOSED,
        limit_s=3600,
        created_at=_THEN,
        closed_at=_THEN,
        stopwatch=Stopwatch(chance.uniform(900, 3600)),
        questions=questions,
        answers=answers,
    )


def _task(name: str, skill: float, chance: random.Random) -> Task:
    checks = tuple(
        CheckResult(
            id=f"check-{number}",
            title=Bilingual("ce qui est noté", "what is graded"),
            points=10,
            guard=False,
            verdict=Verdict.PASSED if chance.random() < skill else Verdict.FAILED,
        )
        for number in range(_CHECKS)
    )
    return Task(
        attempt="aaaaaa",
        scenario=name,
        title=Bilingual(name, name),
        weight=1,
        checks=checks,
        evidence_digest="sha256:" + "0" * 64,
        grader=__version__,
        used_s=chance.randrange(120, 900),
    )
