"""Changes an attempt's state in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.identity import now
from grader.model.attempt import Attempt, AttemptState

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings


def change_state(
    around: Surroundings, attempt_id: str, to: AttemptState, note: str = ""
) -> Attempt:
    """Change the state, with its audit row. Raises GraderError attempt-state where it may not follow."""
    from grader.store.attempts import Change  # noqa: PLC0415 - SQLAlchemy is slow to import

    return around.attempts.change(attempt_id, Change(to, around.who, now(), note))
