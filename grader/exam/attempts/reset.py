"""Brings a practice attempt back to its start: the same task, as it was found, to be tried once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.attempts.change import change_state
from grader.exam.attempts.opening import sandbox_request, scenario_of
from grader.exam.attempts.starting_point import load_starting_point, save_starting_point
from grader.exam.interrupts import Interrupts
from grader.exam.owner import at_work
from grader.model.attempt import Attempt, AttemptState
from grader.model.errors import Code, GraderError, InFrench
from grader.model.text import Bilingual
from grader.sandbox.protocol import Resetting

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.phase import PhaseLog

_NAMED_AT_MOST = 10


def reset(around: Surroundings, attempt_id: str, log: PhaseLog) -> Attempt:
    """Undo all work of an attempt; it is `ready` when this returns, and its minutes count from now.

    Where it does not succeed, or is interrupted, the attempt stays `resetting`: its sandbox is neither as it was
    nor as the candidate left it. It can be reset again, or stopped.

    Raises:
        GraderError: attempt-unknown; attempt-state, where it is graded or not ready; usage, where its provider
            can't; sandbox-gone; sandbox-broken, where the sandbox is not as it was.
    """
    _require_resettable(around.attempts.get(attempt_id))
    folder = around.folder_of(attempt_id)
    with Interrupts(around.say) as interrupts, at_work(folder, "reset"):
        # Asked again under the lock: somebody may have handed it in meanwhile.
        attempt = around.attempts.get(attempt_id)
        _require_resettable(attempt)
        provider = around.provider_named(attempt.provider)
        if not isinstance(provider, Resetting):
            raise GraderError(
                Code.USAGE,
                f"the provider {provider.name} can't bring a sandbox back to its start",
                where=f"attempt {attempt_id}",
                hint=f"grader stop {attempt_id}, then grader start {attempt.scenario}",
            )
        scenario = scenario_of(around, attempt)
        start = load_starting_point(folder)
        change_state(around, attempt_id, AttemptState.RESETTING)
        sandbox = provider.reset(sandbox_request(around, attempt, scenario), log)
        again = around.judge.set_stage(sandbox, scenario, log)
        told = around.judge.otherwise(start, again)
        if told:
            raise GraderError(
                Code.SANDBOX_BROKEN,
                f"the sandbox is not as it was at its start: {', '.join(told[:_NAMED_AT_MOST])}",
                where=f"attempt {attempt_id}",
                hint=f"grader stop {attempt_id}, then grader start {attempt.scenario}",
            )
        interrupts.raise_if_received()
        save_starting_point(again, folder)
        note = f"back at its start after {log.total_s:.1f} s"
        return change_state(around, attempt_id, AttemptState.READY, note)


def _require_resettable(attempt: Attempt) -> None:
    from grader.store.attempts import refusal  # noqa: PLC0415 - SQLAlchemy is slow to import

    if attempt.candidate:
        raise GraderError(
            Code.ATTEMPT_STATE,
            f"attempt {attempt.id} is graded, for {attempt.candidate}: its work can't be undone",
            where=f"attempt {attempt.id}",
            hint=f"hand it in with: grader submit {attempt.id}",
            french=InFrench(
                f"la tentative {attempt.id} est notée, pour {attempt.candidate} : son travail ne peut pas être annulé",
                f"remettez-la avec : grader submit {attempt.id}",
            ),
        )
    if attempt.state not in {AttemptState.READY, AttemptState.RESETTING}:
        raise refusal(
            attempt.id,
            attempt.state,
            Bilingual(
                "elle ne peut pas être remise au départ", "it can't be brought back to its start"
            ),
        )
