"""The tables of the database, and the number that says which shape of them it has."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_VERSION = 1
"""The number of the newest step in `grader/store/migrations`; raised with every change of the tables."""


class Table(DeclarativeBase):
    """What all tables share: the metadata that creates them."""


class AttemptRow(Table):
    """One attempt as it stands now; `AuditRow` tells how it came there."""

    __tablename__ = "attempts"

    id: Mapped[str] = mapped_column(primary_key=True)
    scenario: Mapped[str]
    scenarios_folder: Mapped[str]
    seed: Mapped[int] = mapped_column(BigInteger)
    candidate: Mapped[str]
    language: Mapped[str]
    provider: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[str]
    ready_at: Mapped[str | None]
    ended_at: Mapped[str | None]


class SubmissionRow(Table):
    """One judging of an attempt; `final` is the one that counts, the others ended with an error of ours."""

    __tablename__ = "submissions"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    attempt: Mapped[str] = mapped_column(ForeignKey("attempts.id"), index=True)
    made_at: Mapped[str]
    final: Mapped[bool]
    verdict: Mapped[str]
    points: Mapped[int]
    max_points: Mapped[int]
    evidence_path: Mapped[str]
    evidence_digest: Mapped[str]
    result_json: Mapped[str]


# The database itself refuses a second result that counts, whatever the code above it does.
Index(
    "one_final_submission",
    SubmissionRow.attempt,
    unique=True,
    sqlite_where=SubmissionRow.final.is_(True),
    postgresql_where=SubmissionRow.final.is_(True),
)


class AuditRow(Table):
    """One change of an attempt's state, written in the same transaction as the change."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    attempt: Mapped[str] = mapped_column(ForeignKey("attempts.id"), index=True)
    at: Mapped[str]
    who: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    note: Mapped[str]
