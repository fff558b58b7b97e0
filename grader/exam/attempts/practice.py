"""Looks at the work of a practice attempt, without handing it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.attempts.opening import open_attempt
from grader.exam.attempts.submit import noting, result_of
from grader.exam.identity import now
from grader.exam.interrupts import Interrupts
from grader.exam.owner import at_work
from grader.model.errors import Code, GraderError, InFrench

if TYPE_CHECKING:
    from grader.exam.results.result import Result
    from grader.exam.surroundings import Surroundings
    from grader.model.phase import PhaseLog


def check(around: Surroundings, attempt_id: str, log: PhaseLog) -> Result:
    """Judge the work as `submit` would; nothing is recorded.

    Raises:
        GraderError: attempt-state, where the attempt is graded: its checks are made once, at the end.
    """
    attempt = around.attempts.get(attempt_id)
    if attempt.candidate:
        raise GraderError(
            Code.ATTEMPT_STATE,
            f"attempt {attempt_id} is graded, for {attempt.candidate}: "
            "its checks are made when it is submitted, not before",
            where=f"attempt {attempt_id}",
            hint=f"hand it in with: grader submit {attempt_id}",
            french=InFrench(
                f"la tentative {attempt_id} est notée, pour {attempt.candidate} : "
                "elle est corrigée à sa remise, pas avant",
                f"remettez-la avec : grader submit {attempt_id}",
            ),
        )
    opened = open_attempt(around, attempt_id)
    with (
        at_work(around.folder_of(attempt_id), "check"),
        log.phase("judging") as note,
        Interrupts(around.say) as interrupts,
    ):
        submission = around.judge.practice(
            opened.sandbox,
            opened.scenario,
            opened.starting_point,
            language=attempt.language,
            on_round=noting(note, interrupts),
        )
        interrupts.raise_if_received()
    return result_of(opened, submission, now())
