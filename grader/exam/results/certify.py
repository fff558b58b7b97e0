"""Makes the signed result of a whole exam from its theory paper and its judged tasks."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from grader import __version__
from grader.exam.attempts.submit import latest_result
from grader.exam.identity import now
from grader.exam.results.cohort import statistics
from grader.exam.results.result_document import result_document, result_subjects
from grader.exam.signing.envelope import sign
from grader.exam.signing.keys import KeyRing
from grader.exam.signing.payload import stated
from grader.model.certification import GUIDE, Decision, Marks, Task, whole
from grader.model.errors import Code, GraderError
from grader.model.paper import Paper, PaperState
from grader.model.score import earned_points
from grader.model.verdict import Verdict
from grader.store.certifications import Certification, CertificationStore
from grader.store.decisions import DecisionStore
from grader.store.papers import PaperStore

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings

RESULT = "https://pivori.app/grader/exam-result/v1"
"""The type of a signed result."""


@dataclass(frozen=True)
class Sitting:
    """What belongs to one candidate's exam.

    Attributes:
        paper: The id of the theory paper.
        attempts: The practical attempts with their weights, in the exam's order.
        exam: The exam's id.
        level: What the certificate certifies.
        marks: Weights and pass marks.
        missed: Tasks that have no judging: not begun, or lost by a fault of ours.
        used_s: Seconds that were used of each attempt, where that is not from its beginning to its end.
        session: What a session says of its clock, for the signed document; empty outside any.
    """

    paper: str
    attempts: Sequence[tuple[str, int]]
    exam: str = "certification"
    level: str = "Expert"
    marks: Marks = GUIDE
    missed: Sequence[Task] = ()
    used_s: Mapping[str, int] = field(default_factory=dict)
    session: Mapping[str, Any] = field(default_factory=dict)


def certify(around: Surroundings, sitting: Sitting) -> Certification:
    """Sign what the exam came to; the same result is signed once, and comes back ever after.

    A new decision, or a judging that took an earlier one's place, makes a new document; the old one
    is kept.

    Raises:
        GraderError: paper-state or attempt-state, where something is not handed in yet; usage, where
            the parts are not of one candidate.
    """
    store = CertificationStore(around.database)
    while True:
        before = store.latest(sitting.paper)
        made = _made(around, sitting, before)
        # Not stored where another grader signed in the meantime: what it signed is looked at then.
        if made is before or store.record(made, after=before):
            return made


def _made(around: Surroundings, sitting: Sitting, before: Certification | None) -> Certification:
    paper = PaperStore(around.database).get(sitting.paper)
    tasks = tuple(
        replace(task, used_s=sitting.used_s.get(task.attempt, task.used_s))
        for task in judged_tasks(around, sitting.attempts)
    )
    tasks += tuple(sitting.missed)
    _require_one_exam(around, paper, sitting)
    if before and not before.salt:
        # The name is erased, and with it what the signed digest was made from: what was signed stays.
        return before
    salt = before.salt if before else secrets.token_hex(16)
    issued_at = now()
    result = whole(paper.score.percent, tasks, sitting.marks)
    about: dict[str, Any] = {
        "exam": sitting.exam,
        "level": sitting.level,
        "candidate": {"id": paper.id, "name_digest": name_digest(paper.candidate, salt)},
        "grader": __version__,
    }
    if sitting.session:
        about["session"] = dict(sitting.session)
    document = about | result_document(paper, tasks, sitting.marks, result)
    if before and {k: v for k, v in stated(before.signed).items() if k != "issued_at"} == document:
        return before
    return Certification(
        paper=paper.id,
        candidate=paper.candidate,
        salt=salt,
        outcome=result.outcome,
        issued_at=issued_at,
        signed=sign(
            KeyRing(around.home).signer(),
            RESULT,
            document | {"issued_at": issued_at},
            result_subjects(paper, tasks),
        ).decode("ascii"),
        statistics=statistics(document),
    )


def judged_tasks(around: Surroundings, attempts: Sequence[tuple[str, int]]) -> tuple[Task, ...]:
    """What each attempt was judged to be worth, with what was decided since."""
    decisions = DecisionStore(around.database)
    tasks = []
    for attempt_id, weight in attempts:
        result = latest_result(around, attempt_id)
        tasks.append(
            Task(
                attempt=attempt_id,
                scenario=result.scenario,
                title=result.title,
                weight=weight,
                checks=result.checks,
                decisions=tuple(decisions.all(attempt_id)),
                evidence_digest=result.evidence_digest,
                grader=result.grader,
                used_s=_used_s(result.started_at, result.submitted_at),
            )
        )
    return tuple(tasks)


def _used_s(started_at: str, submitted_at: str) -> int | None:
    try:
        spent = datetime.fromisoformat(submitted_at) - datetime.fromisoformat(started_at)
    except ValueError:
        return None
    return max(int(spent.total_seconds()), 0)


@dataclass(frozen=True)
class Decided:
    """What was decided about a check.

    Attributes:
        decision: As it is kept.
        earned: Its points as they count among the others as far as those are known: of a guard maybe fewer.
    """

    decision: Decision
    earned: int


def decide(around: Surroundings, attempt_id: str, check: str, points: int, reason: str) -> Decided:
    """Record what a check that ended in an error of ours is worth.

    Raises:
        GraderError: usage, where there is nothing to decide about it or the points are out of range.
    """
    result = latest_result(around, attempt_id)
    undecided = {c.id: c for c in result.checks if c.verdict is Verdict.ERROR}
    if check not in undecided:
        names = ", ".join(undecided) or "none"
        raise GraderError(
            Code.USAGE,
            f"{check} of attempt {attempt_id} did not end in an error of ours; those that did: {names}",
            where=f"attempt {attempt_id}",
            hint=f"grader report {attempt_id}",
        )
    most = undecided[check].points
    if not 0 <= points <= most:
        raise GraderError(Code.USAGE, f"{check} is worth 0 to {most} points, not {points}")
    if not reason.strip():
        raise GraderError(Code.USAGE, "a decision needs a reason", hint="--reason TEXT")
    decision = Decision(check, points, reason.strip(), around.who, now())
    DecisionStore(around.database).record(attempt_id, decision)
    (task,) = judged_tasks(around, [(attempt_id, 1)])
    return Decided(decision, earned_points(task.decided)[check])


def name_digest(name: str, salt: str) -> str:
    """What stands for a name in a signed document: nobody can tell the name from it without the salt."""
    return "sha256:" + hashlib.sha256(f"{salt}\n{name}".encode()).hexdigest()


def _require_one_exam(around: Surroundings, paper: Paper, sitting: Sitting) -> None:
    if paper.state is not PaperState.CLOSED:
        raise GraderError(
            Code.PAPER_STATE,
            f"the theory paper {paper.id} is not handed in yet",
            hint=f"grader theory --paper {paper.id}",
        )
    for attempt_id, _weight in sitting.attempts:
        name = around.attempts.get(attempt_id).candidate
        if name != paper.candidate:
            raise GraderError(
                Code.USAGE,
                f"attempt {attempt_id} is by {name or 'nobody'}, the paper {paper.id} by "
                f"{paper.candidate or 'nobody'}",
                hint="grader status and grader theory list say whose is whose",
            )
