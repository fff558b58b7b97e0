"""The tables of the database, and the number that says which shape of them it has."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import BigInteger, Double, ForeignKey, Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_VERSION = 7
"""The number of the newest step in `grader/store/migrations`; raised with every change of the tables."""


Seed = Annotated[int, mapped_column(BigInteger)]
Seconds = Annotated[float, mapped_column(Double)]
AttemptId = Annotated[str, mapped_column(ForeignKey("attempts.id"), index=True)]
PaperId = Annotated[str, mapped_column(ForeignKey("papers.id"), index=True)]
SessionId = Annotated[str, mapped_column(ForeignKey("sessions.id"), index=True)]


class Table(DeclarativeBase):
    """What all tables share: the metadata that creates them."""


class Numbered(Table):
    """A table whose rows are numbered in the order in which they are written."""

    __abstract__ = True

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, sort_order=-1)


class AttemptRow(Table):
    """One attempt as it stands now; `AuditRow` tells how it came there."""

    __tablename__ = "attempts"

    id: Mapped[str] = mapped_column(primary_key=True)
    scenario: Mapped[str]
    scenarios_folder: Mapped[str]
    seed: Mapped[Seed]
    candidate: Mapped[str]
    language: Mapped[str]
    provider: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[str]
    ready_at: Mapped[str | None]
    ended_at: Mapped[str | None]


class SubmissionRow(Numbered):
    """One judging of an attempt; `final` is the one that counts, the others ended with an error of ours."""

    __tablename__ = "submissions"

    attempt: Mapped[AttemptId]
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


class AuditRow(Numbered):
    """One change of an attempt's state, written in the same transaction as the change."""

    __tablename__ = "audit"

    attempt: Mapped[AttemptId]
    at: Mapped[str]
    who: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    note: Mapped[str]


class PaperRow(Table):
    """One candidate's theory paper: the questions as they were drawn, and the time."""

    __tablename__ = "papers"

    id: Mapped[str] = mapped_column(primary_key=True)
    candidate: Mapped[str]
    language: Mapped[str]
    seed: Mapped[Seed]
    state: Mapped[str] = mapped_column(index=True)
    limit_s: Mapped[int]
    created_at: Mapped[str]
    closed_at: Mapped[str | None]
    # The stopwatch: seconds used up to a moment, which is told by both of the machine's clocks.
    used_s: Mapped[Seconds]
    boot: Mapped[str | None]
    steady_s: Mapped[Seconds | None]
    wall_s: Mapped[Seconds | None]
    questions_json: Mapped[str]


class GivenAnswerRow(Numbered):
    """One answer as it was given; of several to a question the last counts, the others tell the story."""

    __tablename__ = "given_answers"

    paper: Mapped[PaperId]
    question: Mapped[str]
    chosen_json: Mapped[str]
    at: Mapped[str]
    used_s: Mapped[Seconds]


class DecisionRow(Numbered):
    """What an examiner decided about a check that ended in an error of ours; the check stays as it was judged."""

    __tablename__ = "decisions"

    attempt: Mapped[AttemptId]
    check_id: Mapped[str]
    points: Mapped[int]
    reason: Mapped[str]
    who: Mapped[str]
    at: Mapped[str]


class CertificationRow(Numbered):
    """One signed result of a whole exam; of several of a paper the last counts, the others were before it."""

    __tablename__ = "certifications"

    paper: Mapped[PaperId]
    # The name, and what hides it in the signed document, stand here alone.
    candidate: Mapped[str]
    salt: Mapped[str]
    outcome: Mapped[str]
    issued_at: Mapped[str]
    signed: Mapped[str]
    # Of it, what a cohort's page needs; None where an older grader signed it.
    statistics: Mapped[str | None]


class SessionRow(Table):
    """An exam held for some candidates at one time, with what its file said then."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    exam: Mapped[str]
    title_fr: Mapped[str]
    title_en: Mapped[str]
    theory_weight: Mapped[int]
    practical_weight: Mapped[int]
    theory_pass: Mapped[int]
    practical_pass: Mapped[int]
    theory_minutes: Mapped[int]
    provider: Mapped[str]
    scenarios_folder: Mapped[str]
    created_at: Mapped[str]
    who: Mapped[str]


class SeatRow(Table):
    """One candidate's place in a session as it stands now; `SessionAuditRow` tells how it came there."""

    __tablename__ = "seats"

    code: Mapped[str] = mapped_column(primary_key=True)
    session: Mapped[SessionId]
    place: Mapped[int]
    candidate: Mapped[str]
    language: Mapped[str]
    seed: Mapped[Seed]
    state: Mapped[str] = mapped_column(index=True)
    # Written before the paper is drawn, so that no paper is ever without its seat.
    paper: Mapped[str]
    theory_extra_s: Mapped[int]
    watch_json: Mapped[str]
    credit_json: Mapped[str]


class SeatTaskRow(Table):
    """One practical task of one candidate."""

    __tablename__ = "seat_tasks"

    seat: Mapped[str] = mapped_column(ForeignKey("seats.code"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scenario: Mapped[str]
    limit_s: Mapped[int]
    weight: Mapped[int]
    seed: Mapped[Seed]
    state: Mapped[str]
    # Written before there is the attempt, so that no sandbox is ever without its seat.
    attempt: Mapped[str] = mapped_column(index=True)
    watch_json: Mapped[str]
    extra_s: Mapped[int]
    closed_by: Mapped[str]
    late_s: Mapped[Seconds]
    begun_at: Mapped[str]
    closed_at: Mapped[str]
    tries: Mapped[int]
    trouble: Mapped[str]


class SessionAuditRow(Numbered):
    """One change of a seat or of one of its tasks, written in the same transaction as the change."""

    __tablename__ = "session_audit"

    session: Mapped[SessionId]
    seat: Mapped[str] = mapped_column(ForeignKey("seats.code"), index=True)
    # 0: the seat itself.
    task: Mapped[int]
    at: Mapped[str]
    who: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    note: Mapped[str]


class ErasureRow(Numbered):
    """That a candidate's personal data were erased; of whom, nothing says any more."""

    __tablename__ = "erasures"

    alias: Mapped[str]
    at: Mapped[str]
    who: Mapped[str]
    reason: Mapped[str]
