"""What is kept of a candidate: given out, erased, and erased by itself after a time."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from grader.exam.identity import new_attempt_id, now
from grader.model.errors import Code, GraderError
from grader.store.personal import Erasure, PersonalStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exam.surroundings import Surroundings

ASKED = "asked for"


def kept_of(around: Surroundings, candidate: str) -> dict[str, Any]:
    """All that is kept of a candidate, as JSON data.

    Raises:
        GraderError: usage, where nothing is.
    """
    found = PersonalStore(around.database).of(candidate)
    if not any(found.values()):
        raise GraderError(
            Code.USAGE, f"nothing is kept of {candidate!r}", hint="grader status --all"
        )
    return {"candidate": candidate, "exported_at": now(), **found}


def erase(around: Surroundings, candidate: str, reason: str = ASKED) -> Erasure:
    """Take a candidate's name out of all that is kept here; results and signatures stay.

    Raises:
        GraderError: usage, where nothing is kept; a state's, where something of theirs is not over.
    """
    alias = f"erased-{new_attempt_id(lambda _name: False)}"
    erasure = Erasure(alias, now(), around.who, reason)
    attempts = PersonalStore(around.database).erase(candidate, erasure)
    # After it, for reports can be written again; one that is killed here leaves them to `expire`.
    for attempt in attempts:
        _forget_reports(around, attempt)
    return erasure


def expire(around: Surroundings, days: int) -> Sequence[Erasure]:
    """Erase every candidate whose work was over so many days ago; each is logged with the period."""
    limit = datetime.now(UTC) - timedelta(days=days)
    moment = limit.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    reason = f"kept for {days} days"
    # Reports of one that was killed in the middle are looked for once more.
    _forget_erased(around)
    names = PersonalStore(around.database).over_before(moment)
    done = []
    for name in names:
        # Who is at work again in this very moment is left alone.
        with suppress(GraderError):
            done.append(erase(around, name, reason))
    return done


def _forget_erased(around: Surroundings) -> None:
    gone = {erasure.alias for erasure in PersonalStore(around.database).log()}
    for attempt in around.attempts.all():
        if attempt.candidate in gone:
            _forget_reports(around, attempt.id)


def _forget_reports(around: Surroundings, attempt_id: str) -> None:
    for file in around.results_of(attempt_id).glob("report*"):
        file.unlink(missing_ok=True)
