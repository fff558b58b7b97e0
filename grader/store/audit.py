"""Who changed an attempt, when, and from what to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.store.database import Database
from grader.store.rows import oldest_first
from grader.store.tables import AuditRow


@dataclass(frozen=True)
class AuditEntry:
    """One recorded change; `from_state` is "" for the attempt's creation, times are RFC 3339 in UTC."""

    at: str
    who: str
    from_state: str
    to_state: str
    note: str


def audit_trail(database: Database, attempt_id: str) -> Sequence[AuditEntry]:
    """Every change of an attempt, the oldest first; empty for an id that there never was."""
    with database.reading() as session:
        return [
            AuditEntry(row.at, row.who, row.from_state, row.to_state, row.note)
            for row in oldest_first(session, AuditRow, AuditRow.attempt == attempt_id)
        ]
