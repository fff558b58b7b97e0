"""A candidate's personal data in the database: all of it found, and taken out without touching what is signed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.model.paper import PaperState
from grader.model.session import SeatState
from grader.store.database import Database
from grader.store.rows import oldest_first
from grader.store.tables import (
    AttemptRow,
    AuditRow,
    CertificationRow,
    ErasureRow,
    GivenAnswerRow,
    PaperRow,
    SeatRow,
    SessionAuditRow,
    SubmissionRow,
    Table,
)


@dataclass(frozen=True)
class Erasure:
    """One erasure as it is logged: by which word the candidate is called since, when, by whom, and why."""

    alias: str
    at: str
    who: str
    reason: str


class PersonalStore:
    """Finds and erases what belongs to one candidate.

    Args:
        database: Where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, candidate: str) -> dict[str, list[dict[str, Any]]]:
        """All that is kept of a candidate, by table; empty lists where nothing is."""
        with self._database.reading() as session:
            kept = _Kept.of(session, candidate)
            return {
                field.name: [_plain(row) for row in getattr(kept, field.name)]
                for field in fields(kept)
            }

    def erase(self, candidate: str, erasure: Erasure) -> Sequence[str]:
        """Take a candidate's name out of everything, in one transaction with its entry in the log.

        Results stay, under an alias. What is signed stays as it is: it has a digest of the name, and what
        that was made from goes.

        Returns:
            The ids of the candidate's attempts.

        Raises:
            GraderError: usage, where nothing is kept of the candidate; session-state, attempt-state or
                paper-state, where something of theirs is not over.
        """
        with self._database.writing() as session:
            kept = _Kept.of(session, candidate)
            if not kept.named:
                raise GraderError(Code.USAGE, f"nothing is kept of {candidate!r}")
            _require_over(kept)
            for row in kept.named:
                row.candidate = erasure.alias
            for certification in kept.certifications:
                certification.salt = ""
            _in_texts(kept, candidate, erasure.alias)
            session.add(
                ErasureRow(
                    alias=erasure.alias, at=erasure.at, who=erasure.who, reason=erasure.reason
                )
            )
            return [row.id for row in kept.attempts]

    def over_before(self, moment: str) -> Sequence[str]:
        """Candidates all of whose work was over before a moment (RFC 3339, UTC), not erased yet."""
        with self._database.reading() as session:
            latest: dict[str, str] = {}
            open_: set[str] = set()
            rows = [
                *((r.candidate, r.ended_at) for r in session.scalars(select(AttemptRow))),
                *((r.candidate, r.closed_at) for r in session.scalars(select(PaperRow))),
            ]
            for name, ended in rows:
                if ended is None:
                    open_.add(name)
                latest[name] = max(latest.get(name, ""), ended or "")
            for seat in session.scalars(select(SeatRow)):
                if seat.state != SeatState.FINISHED.value:
                    open_.add(seat.candidate)
            gone = {row.alias for row in session.scalars(select(ErasureRow))} | {""}
        return sorted(n for n, at in latest.items() if n not in open_ | gone and at < moment)

    def log(self) -> Sequence[Erasure]:
        """Every erasure, the oldest first."""
        with self._database.reading() as session:
            rows = oldest_first(session, ErasureRow)
            return [Erasure(r.alias, r.at, r.who, r.reason) for r in rows]


@dataclass(frozen=True)
class _Kept:
    """All that is kept of one candidate, by the tables' names."""

    attempts: Sequence[AttemptRow]
    submissions: Sequence[SubmissionRow]
    audit: Sequence[AuditRow]
    papers: Sequence[PaperRow]
    given_answers: Sequence[GivenAnswerRow]
    certifications: Sequence[CertificationRow]
    seats: Sequence[SeatRow]
    session_audit: Sequence[SessionAuditRow]

    @classmethod
    def of(cls, session: Session, candidate: str) -> _Kept:
        """What bears the candidate's name, and what belongs to that."""

        def having(table: Any, condition: ColumnElement[bool]) -> list[Any]:
            return list(session.scalars(select(table).where(condition)))

        attempts = having(AttemptRow, AttemptRow.candidate == candidate)
        papers = having(PaperRow, PaperRow.candidate == candidate)
        seats = having(SeatRow, SeatRow.candidate == candidate)
        ids, codes = [row.id for row in attempts], [row.code for row in seats]
        sheets = [row.id for row in papers]
        return cls(
            attempts=attempts,
            submissions=having(SubmissionRow, SubmissionRow.attempt.in_(ids)),
            audit=having(AuditRow, AuditRow.attempt.in_(ids)),
            papers=papers,
            given_answers=having(GivenAnswerRow, GivenAnswerRow.paper.in_(sheets)),
            certifications=having(CertificationRow, CertificationRow.candidate == candidate),
            seats=seats,
            session_audit=having(SessionAuditRow, SessionAuditRow.seat.in_(codes)),
        )

    @property
    def named(self) -> Sequence[AttemptRow | PaperRow | CertificationRow | SeatRow]:
        """Every row that bears the name."""
        return [*self.attempts, *self.papers, *self.certifications, *self.seats]


def _in_texts(kept: _Kept, name: str, alias: str) -> None:
    for submission in kept.submissions:
        result = json.loads(submission.result_json) | {"candidate": alias}
        submission.result_json = json.dumps(result, ensure_ascii=False)
    noted: list[AuditRow | SessionAuditRow] = [*kept.audit, *kept.session_audit]
    for entry in noted:
        entry.note = entry.note.replace(name, alias)


def _require_over(kept: _Kept) -> None:
    for seat in kept.seats:
        if seat.state != SeatState.FINISHED.value:
            raise GraderError(
                Code.SESSION_STATE,
                f"the exam {seat.code} is {seat.state}: nothing is erased of who is still at work",
                where=f"exam {seat.code}",
                hint=f"grader exam finish {seat.code}",
            )
    for paper in kept.papers:
        if paper.state != PaperState.CLOSED.value:
            raise GraderError(
                Code.PAPER_STATE,
                f"the theory paper {paper.id} is open",
                where=f"paper {paper.id}",
                hint=f"grader theory --paper {paper.id}",
            )
    for attempt in kept.attempts:
        if attempt.state != AttemptState.STOPPED.value:
            raise GraderError(
                Code.ATTEMPT_STATE,
                f"attempt {attempt.id} is {attempt.state}",
                where=f"attempt {attempt.id}",
                hint=f"grader stop {attempt.id}",
            )


def _plain(row: Table) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}
