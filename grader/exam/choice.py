"""Which attempt is meant: the one named, or the only one there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.attempt import Attempt, AttemptState
from grader.model.errors import Code, GraderError

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings


def chosen(around: Surroundings, attempt_id: str | None) -> Attempt:
    """The attempt with this id; for None the only one that is not stopped.

    Raises:
        GraderError: attempt-unknown, with the attempts that there are.
    """
    attempts = [] if around.untouched else around.attempts.all()
    active = [a for a in attempts if a.state is not AttemptState.STOPPED]
    if attempt_id is not None:
        for attempt in attempts:
            if attempt.id == attempt_id:
                return attempt
        raise GraderError(
            Code.ATTEMPT_UNKNOWN, f"there is no attempt {attempt_id!r}", hint=_there_are(active)
        )
    if len(active) == 1:
        return active[0]
    what = "there are several attempts; say which" if active else "there is no attempt now"
    raise GraderError(Code.ATTEMPT_UNKNOWN, what, hint=_there_are(active))


def _there_are(active: list[Attempt]) -> str:
    if not active:
        return "begin one with: grader start SCENARIO (grader scenarios lists them)"
    return "attempts now: " + ", ".join(f"{a.id} ({a.scenario}, {a.state.value})" for a in active)
