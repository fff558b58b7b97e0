"""What becomes of attempts: their states, who is at work on them, what is left of them, what to type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.exam.owner import Owner, owner_at_work
from grader.model.attempt import Attempt, AttemptState
from grader.model.errors import GraderError
from grader.sandbox.protocol import ResourceList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exam.surroundings import Surroundings
    from grader.model.text import Bilingual
    from grader.store.submissions import Receipt

INTERRUPTED = "interrupted"
GONE = "gone"


@dataclass(frozen=True)
class AttemptStatus:
    """How an attempt stands.

    Attributes:
        attempt: As stored.
        condition: Its state's word, or "interrupted" for a start, reset or stop whose process died, or "gone" for a
            ready attempt whose sandbox nobody can work in any more (the machine was restarted, or somebody
            removed or killed its containers).
        owner: The process at work on it, if any.
        remains: What of its sandbox is on this machine, as "container grader-x7k2p9".
        not_running: What of it must run and does not, in the same words, there or not.
        notes: What a person should know of it though a candidate can work, such as a recorder that died.
        unseen: Why the machine could not be asked what remains; "" where it could.
        receipt: Its result, if it was submitted.
    """

    attempt: Attempt
    condition: str
    owner: Owner | None
    remains: Sequence[str]
    not_running: Sequence[str]
    notes: Sequence[Bilingual]
    unseen: str
    receipt: Receipt | None

    @property
    def next_commands(self) -> tuple[str, ...]:
        """What can be typed now, the likeliest first."""
        name = self.attempt.id
        words = _NEXT[self.condition]
        if self.condition == INTERRUPTED and self.attempt.state is AttemptState.RESETTING:
            words = ("reset", *words)
        return tuple(f"grader {word} {name}" for word in words)


_NEXT = {
    AttemptState.STARTING.value: ("status", "stop"),
    AttemptState.READY.value: ("shell", "submit", "stop"),
    AttemptState.RESETTING.value: ("status", "stop"),
    AttemptState.SUBMITTED.value: ("report", "stop"),
    AttemptState.FAILED.value: ("stop",),
    AttemptState.STOPPING.value: ("status",),
    AttemptState.STOPPED.value: (),
    INTERRUPTED: ("stop",),
    GONE: ("stop",),
}


_PASSING = {AttemptState.STARTING, AttemptState.RESETTING, AttemptState.STOPPING}


def status(around: Surroundings, attempt: Attempt) -> AttemptStatus:
    """How one attempt stands."""
    folder = around.folder_of(attempt.id)
    owner = owner_at_work(folder)
    there = ResourceList()
    unseen = ""
    if attempt.state is not AttemptState.STOPPED:
        try:
            provider = around.provider_named(attempt.provider)
            there = provider.remains(attempt.id, folder)
        except GraderError as error:
            unseen = str(error)
    return AttemptStatus(
        attempt=attempt,
        condition=_condition(attempt, owner, works=bool(unseen) or _works(there)),
        owner=owner,
        remains=there.found,
        not_running=there.not_running,
        notes=there.notes,
        unseen=unseen,
        receipt=around.submissions.final(attempt.id),
    )


def status_of_all(around: Surroundings, *, stopped_too: bool = False) -> Sequence[AttemptStatus]:
    """How every attempt stands that is not stopped, or every attempt that there ever was."""
    if around.untouched:
        return []
    return [
        status(around, attempt)
        for attempt in around.attempts.all()
        if stopped_too or attempt.state is not AttemptState.STOPPED
    ]


def _works(there: ResourceList) -> bool:
    return bool(there.found) and not there.not_running


def _condition(attempt: Attempt, owner: Owner | None, *, works: bool) -> str:
    if attempt.state in _PASSING:
        return attempt.state.value if owner else INTERRUPTED
    if attempt.state is AttemptState.READY and not works:
        return GONE
    return str(attempt.state.value)
