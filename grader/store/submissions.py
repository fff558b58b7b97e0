"""What an attempt was judged to be worth, and the one judging of it that counts."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from grader.model.attempt import Attempt, AttemptState
from grader.model.text import Bilingual
from grader.store.attempts import (
    Change,
    attempt_of,
    audit_within,
    change_within,
    create_within,
    refusal,
)
from grader.store.database import Database
from grader.store.rows import oldest_first
from grader.store.tables import AttemptRow, SubmissionRow


@dataclass(frozen=True)
class Receipt:
    """One judging, as it is kept.

    Attributes:
        attempt: The attempt's id.
        made_at: RFC 3339, UTC.
        final: It counts; False where it ended with an error of ours, or another one took its place.
        verdict: "passed", "failed" or "error".
        points: Points earned.
        max_points: Points for full marks.
        evidence_path: Where the recorded observation lies; "" where nothing could be recorded.
        evidence_digest: "sha256:…" of it; "" where there is none.
        result: The whole result, as the JSON that the report is made from.
        number: Its place among all judgings ever stored; 0 before it is stored.
    """

    attempt: str
    made_at: str
    final: bool
    verdict: str
    points: int
    max_points: int
    evidence_path: str
    evidence_digest: str
    result: Mapping[str, Any]
    number: int = field(default=0, compare=False)


class SubmissionStore:
    """Keeps judgings.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, receipt: Receipt, *, who: str) -> Attempt:
        """Store a judging; a final one makes its attempt `submitted` in the same transaction.

        Raises:
            GraderError: attempt-state, where the attempt is not ready to be submitted.
        """
        with self._database.writing() as session:
            if receipt.final:
                note = f"{receipt.verdict}, {receipt.points} of {receipt.max_points} points"
                change = Change(AttemptState.SUBMITTED, who, receipt.made_at, note)
                attempt = change_within(session, receipt.attempt, change)
            else:
                row = session.get_one(AttemptRow, receipt.attempt)
                attempt = attempt_of(row)
                note = "judging ended with an error; it may be submitted again"
                change = Change(attempt.state, who, receipt.made_at, note)
                audit_within(session, receipt.attempt, attempt.state, change)
            session.add(_row_of(receipt))
        return attempt

    def accept(self, attempt: Attempt, receipt: Receipt, *, who: str, note: str) -> None:
        """Store an attempt that was made elsewhere, over from the beginning, together with its judging."""
        with self._database.writing() as session:
            create_within(session, attempt, who=who, note=note)
            session.add(_row_of(receipt))

    def replace(self, old: Receipt, new: Receipt, *, who: str, note: str) -> None:
        """Let another judging of the same work count; the old one is kept, and an audit row says why.

        Args:
            old: The judging that counts, or, where none does, the last one, which ended in an error.
            new: The judging that counts from now on.
            who: The user at whose command it happens.
            note: Why, in a few words.

        Raises:
            GraderError: attempt-state, where `old` is not what counts any more, or where the attempt
                is ready: its work may still go on, and is to be submitted.
        """
        with self._database.writing() as session:
            attempt = attempt_of(session.get_one(AttemptRow, new.attempt))
            if attempt.state is AttemptState.READY:
                raise refusal(
                    attempt.id,
                    attempt.state,
                    Bilingual(
                        "son travail n’est pas encore remis", "its work is not handed in yet"
                    ),
                )
            counting = session.scalars(_counting(new.attempt)).first()
            if (counting.number if counting else old.number) != old.number:
                raise refusal(
                    attempt.id,
                    attempt.state,
                    Bilingual(
                        "un autre résultat compte entre-temps",
                        "another result counts in the meantime",
                    ),
                )
            if counting:
                counting.final = False
                # Before the new one comes: the database allows only one that counts.
                session.flush()
            session.add(_row_of(new))
            change = Change(attempt.state, who, new.made_at, note)
            audit_within(session, attempt.id, attempt.state, change)

    def by_evidence(self, digest: str) -> Receipt | None:
        """The judging that has this evidence ("sha256:…"), the one that counts before any other."""
        having = (
            select(SubmissionRow)
            .where(SubmissionRow.evidence_digest == digest)
            .order_by(SubmissionRow.final.desc(), SubmissionRow.number.desc())
        )
        with self._database.reading() as session:
            row = session.scalars(having).first()
            return _receipt_of(row) if row else None

    def final(self, attempt_id: str) -> Receipt | None:
        """The judging that counts; None before there is one."""
        return next((r for r in self.all(attempt_id) if r.final), None)

    def all(self, attempt_id: str) -> Sequence[Receipt]:
        """Every judging of an attempt, the oldest first."""
        with self._database.reading() as session:
            rows = oldest_first(session, SubmissionRow, SubmissionRow.attempt == attempt_id)
            return [_receipt_of(row) for row in rows]


def _counting(attempt_id: str) -> Select[SubmissionRow]:
    return select(SubmissionRow).where(
        SubmissionRow.attempt == attempt_id, SubmissionRow.final.is_(True)
    )


def _row_of(receipt: Receipt) -> SubmissionRow:
    return SubmissionRow(
        attempt=receipt.attempt,
        made_at=receipt.made_at,
        final=receipt.final,
        verdict=receipt.verdict,
        points=receipt.points,
        max_points=receipt.max_points,
        evidence_path=receipt.evidence_path,
        evidence_digest=receipt.evidence_digest,
        result_json=json.dumps(receipt.result, ensure_ascii=False),
    )


def _receipt_of(row: SubmissionRow) -> Receipt:
    return Receipt(
        attempt=row.attempt,
        made_at=row.made_at,
        final=row.final,
        verdict=row.verdict,
        points=row.points,
        max_points=row.max_points,
        evidence_path=row.evidence_path,
        evidence_digest=row.evidence_digest,
        result=json.loads(row.result_json),
        number=row.number,
    )
