"""A candidate's personal data in the database: all of it found, and taken out without touching what is signed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.model.paper import PaperState
from grader.model.session import SeatState
from grader.store.database import Database
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
            attempts = _named(session, AttemptRow, candidate)
            papers = _named(session, PaperRow, candidate)
            seats = _named(session, SeatRow, candidate)
            ids = [row.id for row in attempts]
            sheets = [row.id for row in papers]
            codes = [row.code for row in seats]
            rows: dict[str, Iterable[Table]] = {
                "attempts": attempts,
                "submissions": session.scalars(
                    select(SubmissionRow).where(SubmissionRow.attempt.in_(ids))
                ),
                "audit": session.scalars(select(AuditRow).where(AuditRow.attempt.in_(ids))),
                "papers": papers,
                "given_answers": session.scalars(
                    select(GivenAnswerRow).where(GivenAnswerRow.paper.in_(sheets))
                ),
                "certifications": _named(session, CertificationRow, candidate),
                "seats": seats,
                "session_audit": session.scalars(
                    select(SessionAuditRow).where(SessionAuditRow.seat.in_(codes))
                ),
            }
            return {name: [_plain(row) for row in found] for name, found in rows.items()}

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
            attempts = _named(session, AttemptRow, candidate)
            papers = _named(session, PaperRow, candidate)
            seats = _named(session, SeatRow, candidate)
            certifications = _named(session, CertificationRow, candidate)
            if not (attempts or papers or seats or certifications):
                raise GraderError(Code.USAGE, f"nothing is kept of {candidate!r}")
            _require_over(attempts, papers, seats)
            for row in (*attempts, *papers, *seats):
                row.candidate = erasure.alias
            for certification in certifications:
                certification.candidate, certification.salt = erasure.alias, ""
            ids = [row.id for row in attempts]
            _in_texts(session, ids, [row.code for row in seats], candidate, erasure.alias)
            session.add(
                ErasureRow(
                    alias=erasure.alias, at=erasure.at, who=erasure.who, reason=erasure.reason
                )
            )
            return ids

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
        oldest_first = select(ErasureRow).order_by(ErasureRow.number)
        with self._database.reading() as session:
            return [Erasure(r.alias, r.at, r.who, r.reason) for r in session.scalars(oldest_first)]


def _named(session: Session, table: Any, candidate: str) -> list[Any]:
    return list(session.scalars(select(table).where(table.candidate == candidate)))


def _in_texts(
    session: Session, attempts: Sequence[str], codes: Sequence[str], name: str, alias: str
) -> None:
    for submission in session.scalars(
        select(SubmissionRow).where(SubmissionRow.attempt.in_(attempts))
    ):
        result = json.loads(submission.result_json) | {"candidate": alias}
        submission.result_json = json.dumps(result, ensure_ascii=False)
    for audit in session.scalars(select(AuditRow).where(AuditRow.attempt.in_(attempts))):
        audit.note = audit.note.replace(name, alias)
    for entry in session.scalars(select(SessionAuditRow).where(SessionAuditRow.seat.in_(codes))):
        entry.note = entry.note.replace(name, alias)


def _require_over(attempts: list[Any], papers: list[Any], seats: list[Any]) -> None:
    for seat in seats:
        if seat.state != SeatState.FINISHED.value:
            raise GraderError(
                Code.SESSION_STATE,
                f"the exam {seat.code} is {seat.state}: nothing is erased of who is still at work",
                where=f"exam {seat.code}",
                hint=f"grader exam finish {seat.code}",
            )
    for paper in papers:
        if paper.state != PaperState.CLOSED.value:
            raise GraderError(
                Code.PAPER_STATE,
                f"the theory paper {paper.id} is open",
                where=f"paper {paper.id}",
                hint=f"grader theory --paper {paper.id}",
            )
    for attempt in attempts:
        if attempt.state != AttemptState.STOPPED.value:
            raise GraderError(
                Code.ATTEMPT_STATE,
                f"attempt {attempt.id} is {attempt.state}",
                where=f"attempt {attempt.id}",
                hint=f"grader stop {attempt.id}",
            )


def _plain(row: Table) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}
