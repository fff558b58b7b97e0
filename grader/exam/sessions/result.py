"""What the exam of a candidate of a session came to, signed."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.exam.results.certify import Sitting, certify
from grader.model.certification import Task
from grader.model.session import Seat, SeatState, SeatTask, TaskState
from grader.model.session_refusal import refusal
from grader.model.text import Bilingual

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.clock import Moment
    from grader.store.certifications import Certification


def result_of_seat(around: Surroundings, seat: Seat) -> Certification:
    """The signed result of a finished exam; the same ever after, until something is decided or judged again.

    Raises:
        GraderError: session-state, where the exam is not finished.
    """
    if seat.state is not SeatState.FINISHED:
        raise refusal(
            seat,
            Bilingual("il n’a pas encore de résultat", "it has no result yet"),
            f"grader exam finish {seat.code}",
        )
    judged = {t.attempt: t for t in seat.tasks if t.attempt and around.submissions.all(t.attempt)}
    sitting = Sitting(
        paper=seat.paper,
        attempts=[(name, task.weight) for name, task in judged.items()],
        exam=around.sessions.get(seat.session).exam,
        marks=around.sessions.get(seat.session).marks,
        missed=[_missed(around, seat, t) for t in seat.tasks if t.attempt not in judged],
        used_s={name: int(task.watch.used_s) for name, task in judged.items()},
        session=clock_document(seat, around.clock()),
    )
    return certify(around, sitting)


def clock_document(seat: Seat, now: Moment) -> dict[str, Any]:
    """What the clock of a candidate's exam came to, as JSON data without names."""
    return {
        "id": seat.session,
        "seat": seat.code,
        "given_s": seat.given_s,
        "used_s": int(seat.watch.used(now)),
        "credit_s": int(seat.credit.used(now)),
        "theory_extra_s": seat.theory_extra_s,
        "tasks": [
            {
                "place": task.place,
                "scenario": task.scenario,
                "attempt": task.attempt,
                "given_s": task.given_s,
                "extra_s": task.extra_s,
                "used_s": int(task.watch.used(now)),
                "closed_by": task.closed_by.value,
                "late_s": int(task.late_s),
            }
            for task in seat.tasks
        ],
    }


def _missed(around: Surroundings, seat: Seat, task: SeatTask) -> Task:
    folder = around.sessions.get(seat.session).scenarios_folder
    scenario = around.judge.load(
        Path(folder) if folder else around.scenarios, task.scenario, task.seed
    )
    return Task(
        attempt=task.attempt,
        scenario=task.scenario,
        title=scenario.title,
        weight=task.weight,
        checks=(),
        skipped=task.state is TaskState.SKIPPED,
    )
