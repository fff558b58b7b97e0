"""Examiners' decisions in the database, beside the judging that they are about."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.attempt import AttemptState
from grader.model.certification import Decision
from grader.store.attempts import Change, audit_within
from grader.store.database import Database
from grader.store.rows import oldest_first
from grader.store.tables import AttemptRow, DecisionRow


class DecisionStore:
    """Keeps decisions.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, attempt_id: str, decision: Decision) -> None:
        """Store a decision with its audit row; earlier ones about the same check are kept."""
        with self._database.writing() as session:
            state = AttemptState(session.get_one(AttemptRow, attempt_id).state)
            session.add(
                DecisionRow(
                    attempt=attempt_id,
                    check_id=decision.check,
                    points=decision.points,
                    reason=decision.reason,
                    who=decision.who,
                    at=decision.at,
                )
            )
            note = f"decided: {decision.check} earns {decision.points} points: {decision.reason}"
            audit_within(session, attempt_id, state, Change(state, decision.who, decision.at, note))

    def all(self, attempt_id: str) -> Sequence[Decision]:
        """Every decision about an attempt, the oldest first."""
        with self._database.reading() as session:
            return [
                Decision(row.check_id, row.points, row.reason, row.who, row.at)
                for row in oldest_first(session, DecisionRow, DecisionRow.attempt == attempt_id)
            ]
