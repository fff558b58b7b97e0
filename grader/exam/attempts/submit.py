"""Hands an attempt in: judged once for good, however often it is asked for."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import errno
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from grader import __version__
from grader.exam.attempts.opening import OpenAttempt, open_attempt
from grader.exam.attempts.provider_choice import kept_reason
from grader.exam.attempts.runs_on import runs_on
from grader.exam.identity import now
from grader.exam.interrupts import Interrupts
from grader.exam.owner import PATIENCE_S, Owner, at_work
from grader.exam.results.receipt import receipt_of
from grader.exam.results.result import Result, from_json
from grader.model.attempt import STATE_WORDS, AttemptState
from grader.model.errors import Code, GraderError, InFrench
from grader.model.submission import Round, Submission
from grader.model.text import Bilingual
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.exam.judge import OnRound
    from grader.exam.surroundings import Surroundings
    from grader.model.phase import Note, PhaseLog


@dataclass(frozen=True)
class Handed:
    """What handing in came to.

    Attributes:
        result: The result.
        first: False where the attempt had been submitted before, and this is what it came to then.
    """

    result: Result
    first: bool


def submit(
    around: Surroundings, attempt_id: str, log: PhaseLog, *, patience_s: float = PATIENCE_S
) -> Handed:
    """Judge an attempt and store the result; a second time, return the first result.

    Where the verdict is `error`, the attempt stays ready and can be submitted again. Another process that is
    submitting the same attempt is waited for, and its result returned.

    Args:
        around: Where the attempt is.
        attempt_id: The attempt.
        log: Shows the judging.
        patience_s: How long another process is waited for.

    Raises:
        GraderError: attempt-unknown, attempt-state, sandbox-gone, or judging-failed.
    """
    around.attempts.get(attempt_id)
    earlier = stored_result(around, attempt_id)
    if earlier:
        return Handed(earlier, first=False)
    # Asked before the lock is taken, which makes the folder: a stopped attempt has none and gets none.
    opened = open_attempt(around, attempt_id)

    def may_wait_for(owner: Owner) -> bool:
        if owner.doing != "submit":
            return False
        around.say(owner.waited_for(attempt_id))
        return True

    folder = around.folder_of(attempt_id)
    with at_work(folder, "submit", may_wait_for=may_wait_for, patience_s=patience_s):
        earlier = stored_result(around, attempt_id)
        if earlier:
            return Handed(earlier, first=False)
        return Handed(_judged(around, opened, log), first=True)


def stored_result(around: Surroundings, attempt_id: str) -> Result | None:
    """The result that counts; None before there is one."""
    receipt = around.submissions.final(attempt_id)
    return from_json(receipt.result) if receipt else None


def latest_result(around: Surroundings, attempt_id: str) -> Result:
    """The result that counts, else that of the last judging that ended with an error of ours.

    Raises:
        GraderError: attempt-state, where it was never submitted.
    """
    receipts = around.submissions.all(attempt_id)
    if not receipts:
        state = around.attempts.get(attempt_id).state
        hint = f"grader submit {attempt_id}" if state is AttemptState.READY else "grader status"
        raise GraderError(
            Code.ATTEMPT_STATE,
            f"attempt {attempt_id} is {state.value} and was never submitted: it has no result",
            hint=hint,
            french=InFrench(
                f"la tentative {attempt_id} ({STATE_WORDS[state].fr}) n’a jamais été remise : elle n’a pas de résultat",
                hint,
            ),
        )
    return from_json(next((r for r in receipts if r.final), receipts[-1]).result)


def _judged(around: Surroundings, opened: OpenAttempt, log: PhaseLog) -> Result:
    attempt = opened.attempt
    submitted_at = now()
    folder = around.results_of(attempt.id)
    _require_writable(folder)
    with log.phase("judging") as note, Interrupts(around.say) as interrupts:
        submission = around.judge.submit(
            opened.sandbox,
            opened.scenario,
            opened.starting_point,
            folder=folder,
            language=attempt.language,
            on_round=noting(note, interrupts),
        )
        interrupts.raise_if_received()
    result = result_of(opened, submission, submitted_at)
    around.submissions.record(receipt_of(result, submitted_at), who=around.who)
    return result


def _require_writable(folder: Path) -> None:
    """Find out before anything is judged that its evidence could not be kept; the attempt stays as it is."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise GraderError(
            Code.DISK_FULL if full else Code.JUDGING_FAILED,
            f"nothing is judged, because its evidence could not be kept: {error.strerror}",
            where=str(folder),
            hint="make room or give the folder back to its user, then submit again",
            french=InFrench(
                f"rien n’est corrigé, car les preuves ne pourraient pas être gardées : {error.strerror}",
                "faites de la place ou rendez le dossier à son utilisateur, puis remettez de nouveau",
            ),
        ) from error


def result_of(opened: OpenAttempt, submission: Submission, submitted_at: str) -> Result:
    """A judging together with what is known of the attempt."""
    attempt = opened.attempt
    scenario = opened.scenario
    return Result(
        attempt=attempt.id,
        scenario=attempt.scenario,
        title=scenario.title,
        minutes=scenario.minutes,
        pass_percent=submission.pass_percent,
        candidate=attempt.candidate,
        language=attempt.language,
        seed=attempt.seed,
        started_at=_began_at(opened),
        submitted_at=submitted_at,
        provider=attempt.provider,
        verdict=submission.verdict,
        checks=submission.results,
        runs_on=runs_on(opened.sandbox, kept_reason(opened.around.folder_of(attempt.id))),
        phases=submission.phases,
        evidence_path=str(submission.evidence or ""),
        evidence_digest=submission.evidence_digest,
        trouble=submission.trouble,
        goes=submission.goes,
        grader=__version__,
        audit=submission.audit,
    )


def _began_at(opened: OpenAttempt) -> str:
    attempt = opened.attempt
    # In a session the sandbox is often ready long before the candidate begins.
    seat = opened.around.sessions.seat_of(attempt.id)
    begun = next((t.begun_at for t in seat.tasks if t.attempt == attempt.id), "") if seat else ""
    return begun or attempt.ready_at or attempt.created_at


def noting(note: Callable[[Note], None], interrupts: Interrupts) -> OnRound:
    """Notes on a phase how many checks pass after each look at the sandbox, and lets an interrupt end the looking."""

    def on_round(look: Round) -> None:
        interrupts.raise_if_received()
        passing = sum(check.verdict is Verdict.PASSED for check in look.results)
        every = len(look.results)
        words = Bilingual(
            f"{passing} sur {every} contrôles réussis", f"{passing} of {every} checks pass"
        )
        note(look.trouble or words)

    return on_round
