"""One candidate on one scenario: its states and which of them may follow which."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.model.text import Bilingual, Language


class AttemptState(StrEnum):
    """Where an attempt stands. `interrupted` is not stored.

    It is `starting`, `resetting` or `stopping` with nobody at work.
    """

    STARTING = "starting"
    READY = "ready"
    RESETTING = "resetting"
    SUBMITTED = "submitted"
    FAILED = "failed"
    STOPPING = "stopping"
    STOPPED = "stopped"


STATE_WORDS = {
    AttemptState.STARTING: Bilingual("démarrage", "starting"),
    AttemptState.READY: Bilingual("prête", "ready"),
    AttemptState.RESETTING: Bilingual("remise au départ", "resetting"),
    AttemptState.SUBMITTED: Bilingual("remise", "submitted"),
    AttemptState.FAILED: Bilingual("démarrage manqué", "failed"),
    AttemptState.STOPPING: Bilingual("arrêt", "stopping"),
    AttemptState.STOPPED: Bilingual("arrêtée", "stopped"),
}
"""What a person reads of a state."""


TRANSITIONS: dict[AttemptState, frozenset[AttemptState]] = {
    AttemptState.STARTING: frozenset(
        {AttemptState.READY, AttemptState.FAILED, AttemptState.STOPPING}
    ),
    AttemptState.READY: frozenset(
        {AttemptState.SUBMITTED, AttemptState.RESETTING, AttemptState.STOPPING}
    ),
    AttemptState.RESETTING: frozenset(
        {AttemptState.READY, AttemptState.RESETTING, AttemptState.STOPPING}
    ),
    AttemptState.SUBMITTED: frozenset({AttemptState.STOPPING}),
    AttemptState.FAILED: frozenset({AttemptState.STOPPING}),
    AttemptState.STOPPING: frozenset({AttemptState.STOPPING, AttemptState.STOPPED}),
    AttemptState.STOPPED: frozenset(),
}


@dataclass(frozen=True)
class Attempt:
    """One candidate on one scenario.

    Attributes:
        id: Short random name, unique on this machine; every container and network of it carries it.
        scenario: The scenario's id.
        seed: Draws the scenario's parameters.
        candidate: The candidate's name, or "" for practice.
        language: What the candidate reads.
        provider: Which provider runs the sandbox ("kind").
        state: Where it stands.
        created_at: RFC 3339, UTC.
        ready_at: When the candidate could begin; None before.
        ended_at: When it was submitted or stopped; None before.
        scenarios_folder: The folder that holds the scenario's; "" for the product's own.
    """

    id: str
    scenario: str
    seed: int
    candidate: str
    language: Language
    provider: str
    state: AttemptState
    created_at: str
    ready_at: str | None = None
    ended_at: str | None = None
    scenarios_folder: str = ""
