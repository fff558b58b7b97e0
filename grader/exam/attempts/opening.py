"""An attempt's running sandbox, with its scenario and its starting point."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from grader.exam.attempts.starting_point import load_starting_point
from grader.model.attempt import Attempt, AttemptState
from grader.model.text import Bilingual
from grader.sandbox.protocol import SandboxRequest

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.observation import StartingPoint
    from grader.model.scenario import Scenario
    from grader.sandbox.protocol import Provider, Sandbox


@dataclass(frozen=True)
class OpenAttempt:
    """An attempt at work.

    Attributes:
        attempt: As stored.
        provider: What runs its sandbox.
        sandbox: The running sandbox.
        around: Where the rest of it lies.
    """

    attempt: Attempt
    provider: Provider
    sandbox: Sandbox
    around: Surroundings

    @cached_property
    def scenario(self) -> Scenario:
        """Its scenario, with its parameters drawn."""
        return scenario_of(self.around, self.attempt)

    @cached_property
    def starting_point(self) -> StartingPoint:
        """The sandbox before the candidate began."""
        return load_starting_point(self.around.folder_of(self.attempt.id))


def scenario_of(around: Surroundings, attempt: Attempt) -> Scenario:
    """An attempt's scenario, also after the attempt was stopped."""
    folder = Path(attempt.scenarios_folder) if attempt.scenarios_folder else around.scenarios
    return around.judge.load(folder, attempt.scenario, attempt.seed)


def sandbox_request(around: Surroundings, attempt: Attempt, scenario: Scenario) -> SandboxRequest:
    """What an attempt asks of its provider, at its start and at each reset."""
    return SandboxRequest(
        attempt=attempt.id,
        folder=around.folder_of(attempt.id),
        services=scenario.services,
        language=attempt.language.value,
        disk_mib=scenario.disk_mib,
    )


def open_attempt(around: Surroundings, attempt_id: str) -> OpenAttempt:
    """Find a ready, or already submitted, attempt's sandbox again.

    Raises:
        GraderError: attempt-unknown; attempt-state, where there is no sandbox to work in; sandbox-gone.
    """
    from grader.store.attempts import refusal  # noqa: PLC0415 - SQLAlchemy is slow to import

    attempt = around.attempts.get(attempt_id)
    if attempt.state not in {AttemptState.READY, AttemptState.SUBMITTED}:
        raise refusal(
            attempt.id,
            attempt.state,
            Bilingual(
                "il n’y a pas d’environnement où travailler", "there is no sandbox to work in"
            ),
        )
    provider = around.provider_named(attempt.provider)
    sandbox = provider.open(attempt.id, around.folder_of(attempt.id))
    return OpenAttempt(attempt, provider, sandbox, around)
