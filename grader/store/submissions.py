"""What an attempt was judged to be worth, and the one judging of it that counts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from grader.model.attempt import Attempt, AttemptState
from grader.store.attempts import Change, attempt_of, audit_within, change_within
from grader.store.database import Database
from grader.store.tables import AttemptRow, SubmissionRow


@dataclass(frozen=True)
class Receipt:
    """One judging, as it is kept.

    Attributes:
        attempt: The attempt's id.
        made_at: RFC 3339, UTC.
        final: It counts; False where it ended with an error of ours and can be made again.
        verdict: "passed", "failed" or "error".
        points: Points earned.
        max_points: Points for full marks.
        evidence_path: Where the recorded observation lies; "" where nothing could be recorded.
        evidence_digest: "sha256:…" of it; "" where there is none.
        result: The whole result, as the JSON that the report is made from.
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

    def final(self, attempt_id: str) -> Receipt | None:
        """The judging that counts; None before there is one."""
        return next((r for r in self.all(attempt_id) if r.final), None)

    def all(self, attempt_id: str) -> Sequence[Receipt]:
        """Every judging of an attempt, the oldest first."""
        oldest_first = (
            select(SubmissionRow)
            .where(SubmissionRow.attempt == attempt_id)
            .order_by(SubmissionRow.number)
        )
        with self._database.reading() as session:
            return [_receipt_of(row) for row in session.scalars(oldest_first)]


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
    )
