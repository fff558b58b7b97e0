"""Theory papers in the database: each answer is a transaction of its own, given before the time is over."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.model.clock import Moment, Stopwatch
from grader.model.errors import Code, GraderError, InFrench
from grader.model.paper import Paper, PaperState
from grader.model.question import Option, Question, Subject
from grader.model.text import Bilingual, Language, text_to_json
from grader.store.database import Database
from grader.store.rows import oldest_first, row_or_raise
from grader.store.tables import GivenAnswerRow, PaperRow


class PaperStore:
    """Keeps theory papers.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, paper: Paper) -> None:
        """Store a new paper.

        Raises:
            GraderError: paper-state, where the candidate (not: somebody who practises) has an open one.
        """
        with self._database.writing() as session:
            _require_no_other(session, paper.candidate)
            row = PaperRow(
                id=paper.id,
                candidate=paper.candidate,
                language=paper.language.value,
                seed=paper.seed,
                state=paper.state.value,
                limit_s=paper.limit_s,
                created_at=paper.created_at,
                closed_at=paper.closed_at,
                questions_json=json.dumps(
                    [_question_json(question) for question in paper.questions], ensure_ascii=False
                ),
            )
            _set_stopwatch(row, paper.stopwatch)
            session.add(row)

    def get(self, paper_id: str) -> Paper:
        """One paper with its answers. Raises GraderError paper-unknown."""
        with self._database.reading() as session:
            return _paper(session, _row(session, paper_id))

    def exists(self, paper_id: str) -> bool:
        """Whether there is, or was, a paper of this id."""
        with self._database.reading() as session:
            return session.get(PaperRow, paper_id) is not None

    def all(self) -> Sequence[Paper]:
        """Every paper, the newest first."""
        newest_first = select(PaperRow).order_by(PaperRow.created_at.desc(), PaperRow.id)
        with self._database.reading() as session:
            return [_paper(session, row) for row in session.scalars(newest_first)]

    def answer(
        self, paper_id: str, question: str, chosen: Collection[int], *, now: Moment, at: str
    ) -> Paper:
        """Keep an answer, and with it how much time was used.

        Args:
            paper_id: The paper.
            question: The question's id.
            chosen: Places of the chosen options; empty takes the answer back.
            now: The moment.
            at: The same, RFC 3339 in UTC.

        Returns:
            The paper as it stands then. Where its time was over the answer is not kept, and the paper
            is closed.

        Raises:
            GraderError: paper-state, where it was closed before.
            ValueError: The question is not on the paper, or has no such options.
        """
        with self._database.writing() as session:
            row = _row(session, paper_id)
            _require_open(row)
            paper = _paper(session, row)
            _require_sense(paper, question, chosen)
            if paper.left_s(now) <= 0:
                _close(row, paper, now, at)
            else:
                watch = paper.stopwatch.written_down(now)
                _set_stopwatch(row, watch)
                given = GivenAnswerRow(
                    paper=paper_id,
                    question=question,
                    chosen_json=json.dumps(sorted(chosen)),
                    at=at,
                    used_s=watch.used_s,
                )
                session.add(given)
            session.flush()
            return _paper(session, row)

    def extend(self, paper_id: str, limit_s: int) -> Paper:
        """Have an open paper's time be at least so many seconds; one that is closed stays as it is."""
        with self._database.writing() as session:
            row = _row(session, paper_id)
            if row.state == PaperState.OPEN.value:
                row.limit_s = max(row.limit_s, limit_s)
                session.flush()
            return _paper(session, row)

    def close(self, paper_id: str, *, now: Moment, at: str) -> Paper:
        """Hand the paper in; one that is closed already stays as it is."""
        with self._database.writing() as session:
            row = _row(session, paper_id)
            if row.state != PaperState.CLOSED.value:
                _close(row, _paper(session, row), now, at)
                session.flush()
            return _paper(session, row)


def _close(row: PaperRow, paper: Paper, now: Moment, at: str) -> None:
    stopped = paper.stopwatch.stopped(now)
    row.state = PaperState.CLOSED.value
    row.closed_at = at
    _set_stopwatch(row, Stopwatch(min(stopped.used_s, float(paper.limit_s))))


def _require_no_other(session: Session, candidate: str) -> None:
    having = select(PaperRow.id).where(
        PaperRow.candidate == candidate, PaperRow.state == PaperState.OPEN.value
    )
    other = session.scalars(having).first() if candidate else None
    if other:
        raise GraderError(
            Code.PAPER_STATE,
            f"{candidate} has an open theory paper already: {other}",
            where=f"paper {other}",
            hint=f"grader theory --paper {other}",
            french=InFrench(
                f"{candidate} a déjà une épreuve théorique en cours : {other}",
                f"grader theory --paper {other}",
            ),
        )


def _require_open(row: PaperRow) -> None:
    if row.state != PaperState.OPEN.value:
        raise GraderError(
            Code.PAPER_STATE,
            f"the paper {row.id} is handed in: no answer is taken any more",
            where=f"paper {row.id}",
            hint=f"grader theory result {row.id}",
            french=InFrench(
                f"l’épreuve {row.id} est remise : plus aucune réponse n’est prise",
                f"grader theory result {row.id}",
            ),
        )


def _require_sense(paper: Paper, question: str, chosen: Collection[int]) -> None:
    asked = next((q for q in paper.questions if q.id == question), None)
    if asked is None:
        raise ValueError(f"{question} is not on the paper {paper.id}")
    if not set(chosen) <= set(range(len(asked.options))):
        raise ValueError(f"{question} has no options {sorted(chosen)}")
    if len(set(chosen)) > 1 and not asked.multiple:
        raise ValueError(f"{question} is a single choice")


def _row(session: Session, paper_id: str) -> PaperRow:
    unknown = GraderError(
        Code.PAPER_UNKNOWN,
        f"there is no theory paper {paper_id!r}",
        hint="grader theory list shows those there are",
        french=InFrench(
            f"il n’y a pas d’épreuve théorique {paper_id!r}",
            "grader theory list montre celles qu’il y a",
        ),
    )
    return row_or_raise(session, PaperRow, paper_id, unknown)


def _paper(session: Session, row: PaperRow) -> Paper:
    answers = {
        given.question: tuple(json.loads(given.chosen_json))
        for given in oldest_first(session, GivenAnswerRow, GivenAnswerRow.paper == row.id)
    }
    return Paper(
        id=row.id,
        candidate=row.candidate,
        language=Language(row.language),
        seed=row.seed,
        state=PaperState(row.state),
        limit_s=row.limit_s,
        created_at=row.created_at,
        closed_at=row.closed_at,
        stopwatch=_stopwatch(row),
        questions=tuple(_question(entry) for entry in json.loads(row.questions_json)),
        answers=answers,
    )


def _stopwatch(row: PaperRow) -> Stopwatch:
    if row.boot is None or row.steady_s is None or row.wall_s is None:
        return Stopwatch(row.used_s)
    return Stopwatch(row.used_s, Moment(row.boot, row.steady_s, row.wall_s))


def _set_stopwatch(row: PaperRow, watch: Stopwatch) -> None:
    row.used_s = watch.used_s
    row.boot = watch.at.boot if watch.at else None
    row.steady_s = watch.at.steady_s if watch.at else None
    row.wall_s = watch.at.wall_s if watch.at else None


def _question_json(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "subject": question.subject.value,
        "guide": question.guide,
        "multiple": question.multiple,
        "text": text_to_json(question.text),
        "why": text_to_json(question.why),
        "options": [
            {**text_to_json(option.text), "right": option.right} for option in question.options
        ],
    }


def _question(entry: dict[str, Any]) -> Question:
    return Question(
        id=entry["id"],
        subject=Subject(entry["subject"]),
        guide=entry["guide"],
        multiple=entry["multiple"],
        text=Bilingual(**entry["text"]),
        why=Bilingual(**entry["why"]),
        options=tuple(
            Option(Bilingual(option["fr"], option["en"]), option["right"])
            for option in entry["options"]
        ),
    )
