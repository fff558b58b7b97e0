"""Begins an attempt, and leaves nothing behind where that does not succeed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from grader.exam.attempts.change import change_state
from grader.exam.attempts.opening import sandbox_request
from grader.exam.attempts.provider_choice import keep_reason, tell_choice
from grader.exam.attempts.starting_point import save_starting_point
from grader.exam.attempts.stop import clear
from grader.exam.attempts.task_text import save_task_text
from grader.exam.identity import new_attempt_id, new_seed, now
from grader.exam.interrupts import Interrupts
from grader.exam.owner import at_work
from grader.model.attempt import Attempt, AttemptState
from grader.model.errors import Code, GraderError
from grader.model.text import Language

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.phase import PhaseLog
    from grader.model.scenario import Scenario
    from grader.sandbox.protocol import Provider


@dataclass(frozen=True)
class Order:
    """What attempt is wanted.

    Attributes:
        scenario: The scenario's id.
        candidate: The candidate's name for a graded attempt, "" for practice.
        provider: A provider's name; None to have one chosen.
        language: What the candidate reads.
        seed: Draws the scenario's parameters; None for a random one.
        scenarios: The folder of scenarios; None for the product's own.
        attempt: The attempt's id, where it had to be known before there is the attempt; "" for a new one.
    """

    scenario: str
    candidate: str = ""
    provider: str | None = None
    language: Language = Language.FRENCH
    seed: int | None = None
    scenarios: Path | None = None
    attempt: str = ""

    @property
    def told_in(self) -> Language:
        """What who gives it reads: candidates begin their practice themselves, graded work is begun by an examiner."""
        return Language.ENGLISH if self.candidate else self.language


def start(around: Surroundings, order: Order, log: PhaseLog) -> Attempt:
    """Bring up a sandbox for a new attempt; it is `ready` when this returns.

    On an error or an interrupt (Ctrl-C, SIGTERM, SIGHUP) what was started is stopped before that is raised.
    """
    seed = new_seed() if order.seed is None else order.seed
    folder = order.scenarios.resolve() if order.scenarios else around.scenarios
    scenario = around.judge.load(folder, order.scenario, seed)
    choice = around.choose(order.provider)
    if order.provider is None:
        tell_choice(choice, around.say, order.told_in)
    provider = around.provider_named(choice.provider)
    require_fit(scenario, provider)
    attempt = Attempt(
        id=order.attempt or new_attempt_id(around.attempts.exists),
        scenario=scenario.id,
        seed=seed,
        candidate=order.candidate,
        language=order.language,
        provider=provider.name,
        state=AttemptState.STARTING,
        created_at=now(),
        scenarios_folder=str(folder) if order.scenarios else "",
    )
    # The lock before the row: a `starting` row with a free lock means an interrupted start.
    with (
        Interrupts(around.say) as interrupts,
        at_work(around.folder_of(attempt.id), "start"),
    ):
        ready = False
        # Two levels, because a first signal may still come between a failure and the shield: it then raises
        # out of the inner one, and raising a second time is ruled out by then.
        try:
            try:
                around.attempts.create(attempt, who=around.who)
                keep_reason(choice, around.folder_of(attempt.id))
                attempt = _brought_up(around, attempt, scenario, provider, log)
                ready = True
            finally:
                if not ready:
                    interrupts.shield()
        finally:
            if not ready:
                _give_up(around, attempt, provider, log)
    return attempt


def require_fit(scenario: Scenario, provider: Provider) -> None:
    """Refuse what could only end in a verdict that means nothing."""
    missing = sorted(set(scenario.needs) - provider.offers)
    if missing:
        raise GraderError(
            Code.SCENARIO_INVALID,
            f"the provider {provider.name} does not offer what {scenario.id} needs: {', '.join(missing)}",
            where=scenario.id,
            hint=f"needs that {provider.name} offers: {', '.join(sorted(provider.offers))}",
        )


def _brought_up(
    around: Surroundings, attempt: Attempt, scenario: Scenario, provider: Provider, log: PhaseLog
) -> Attempt:
    folder = around.folder_of(attempt.id)
    sandbox = provider.start(sandbox_request(around, attempt, scenario), log)
    save_starting_point(around.judge.set_stage(sandbox, scenario, log), folder)
    save_task_text(around.judge, scenario, folder)
    return change_state(around, attempt.id, AttemptState.READY, f"ready after {log.total_s:.1f} s")


def _give_up(around: Surroundings, attempt: Attempt, provider: Provider, log: PhaseLog) -> None:
    try:
        if not around.attempts.exists(attempt.id):
            rmtree(around.folder_of(attempt.id))
            return
        attempt = around.attempts.get(attempt.id)
        if attempt.state is AttemptState.STARTING:
            attempt = change_state(
                around, attempt.id, AttemptState.FAILED, "the start did not succeed"
            )
        clear(around, attempt, provider, log)
    except Exception as error:  # noqa: BLE001 - what made the start fail is raised, not what followed
        around.say(f"attempt {attempt.id} could not be cleared: {error}")
        around.say(f"hint: grader stop {attempt.id}")
    else:
        around.say(f"attempt {attempt.id} did not become ready; what it had started is stopped")
