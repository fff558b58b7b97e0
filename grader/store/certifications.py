"""Signed results of whole exams in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from grader.model.certification import Outcome
from grader.store.database import Database
from grader.store.rows import oldest_first
from grader.store.tables import CertificationRow


@dataclass(frozen=True)
class Certification:
    """One signed result.

    Attributes:
        paper: The id of the theory paper, which names the exam's result too.
        candidate: The candidate's name; the signed document has a digest of it only.
        salt: Random text that goes into that digest.
        outcome: passed, failed or needs-review.
        issued_at: RFC 3339, UTC.
        signed: The signed document, as its file has it.
        statistics: What the page about a cohort needs of it, as text; "" to have it made when it is asked for.
        number: Its place among all ever signed; 0 before it is stored.
    """

    paper: str
    candidate: str
    salt: str
    outcome: Outcome
    issued_at: str
    signed: str
    statistics: str = ""
    number: int = 0


class CertificationStore:
    """Keeps signed results; none is ever changed.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, certification: Certification, *, after: Certification | None) -> bool:
        """Store a signed result; those before it are kept.

        Args:
            certification: The result.
            after: The latest that its maker knew of.

        Returns:
            Whether it was stored: not where another process signed one in the meantime.
        """
        with self._database.writing() as session:
            last = session.scalar(
                select(func.max(CertificationRow.number)).where(
                    CertificationRow.paper == certification.paper
                )
            )
            if (last or 0) != (after.number if after else 0):
                return False
            session.add(
                CertificationRow(
                    paper=certification.paper,
                    candidate=certification.candidate,
                    salt=certification.salt,
                    outcome=certification.outcome.value,
                    issued_at=certification.issued_at,
                    signed=certification.signed,
                    statistics=certification.statistics or None,
                )
            )
        return True

    def latest(self, paper_id: str) -> Certification | None:
        """The one that counts; None before there is one."""
        found = self.all(paper_id)
        return found[-1] if found else None

    def statistics(self, made: Callable[[str], str]) -> Sequence[str]:
        """The statistics of the result that counts of every exam, the oldest first.

        Args:
            made: Makes them from a signed document, where they are not stored yet; then they are.
        """
        last = select(func.max(CertificationRow.number)).group_by(CertificationRow.paper)
        counting = CertificationRow.number.in_(last)
        missing = select(CertificationRow.number, CertificationRow.signed).where(
            counting, CertificationRow.statistics.is_(None)
        )
        with self._database.reading() as session:
            found = [
                {"number": number, "statistics": made(signed)}
                for number, signed in session.execute(missing)
            ]
        if found:
            with self._database.writing() as session:
                session.execute(update(CertificationRow), found)
        stored = (
            select(CertificationRow.statistics).where(counting).order_by(CertificationRow.number)
        )
        with self._database.reading() as session:
            return [text for text in session.scalars(stored) if text is not None]

    def signed(self) -> Sequence[str]:
        """Every signed document, the oldest first."""
        documents = select(CertificationRow.signed).order_by(CertificationRow.number)
        with self._database.reading() as session:
            return session.scalars(documents).all()

    def of_candidate(self, name: str) -> Sequence[Certification]:
        """The results that count of the exams of a candidate of this name, the oldest first."""
        last = select(func.max(CertificationRow.number)).group_by(CertificationRow.paper)
        with self._database.reading() as session:
            counting = CertificationRow.number.in_(last)
            rows = oldest_first(
                session, CertificationRow, counting, CertificationRow.candidate == name
            )
            return [_certification(row) for row in rows]

    def all(self, paper_id: str) -> Sequence[Certification]:
        """Every signed result of an exam, the oldest first."""
        with self._database.reading() as session:
            rows = oldest_first(session, CertificationRow, CertificationRow.paper == paper_id)
            return [_certification(row) for row in rows]


def _certification(row: CertificationRow) -> Certification:
    return Certification(
        row.paper,
        row.candidate,
        row.salt,
        Outcome(row.outcome),
        row.issued_at,
        row.signed,
        number=row.number,
    )
