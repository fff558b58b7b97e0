"""Begins a session: an exam for some candidates, each with a code to join it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.exam.attempts.provider_choice import tell_choice
from grader.exam.attempts.start import require_fit
from grader.exam.identity import new_attempt_id, new_seed, now
from grader.model.certification import Marks
from grader.model.errors import Code, GraderError
from grader.model.session import Seat, SeatState, SeatTask, Session
from grader.model.text import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exam.surroundings import Surroundings
    from grader.model.exam import Exam

RESERVE_MIB = 500
"""What is left to the rest of the machine."""


@dataclass(frozen=True)
class SessionOrder:
    """What session is wanted.

    Attributes:
        exam: The exam's id.
        candidates: Their names, each once.
        exams: The folder of exams.
        provider: A provider's name; None to have one chosen.
        language: What the candidates read.
        seed: Draws papers and tasks, for each candidate others; None for random ones.
        scenarios: The folder of scenarios; None for the product's own.
    """

    exam: str
    candidates: Sequence[str]
    exams: Path
    provider: str | None = None
    language: Language = Language.FRENCH
    seed: int | None = None
    scenarios: Path | None = None


def start_session(around: Surroundings, order: SessionOrder) -> tuple[Session, Sequence[Seat]]:
    """Store a session with its seats; the sandboxes of the first tasks are then prepared beside it.

    Raises:
        GraderError: exam-unknown, exam-invalid or scenario-invalid; usage, for names that can't be told
            apart; memory-short, where not every candidate could have a sandbox.
    """
    from grader.judging.authoring.exam_file import load_exam  # noqa: PLC0415 - brings pytest, and is not for `next`

    names = _names(order.candidates)
    folder = order.scenarios.resolve() if order.scenarios else around.scenarios
    exam = load_exam(order.exams, order.exam, folder)
    choice = around.choose(order.provider)
    if order.provider is None:
        tell_choice(choice, around.say)
    provider = around.provider_named(choice.provider)
    for task in exam.practical.tasks:
        require_fit(around.judge.load(folder, task.scenario, order.seed or 0), provider)
    _require_room(around, provider.sandbox_mib, len(names))
    _warn_of_processors(around, provider.sandboxes_per_processor, len(names))
    session = Session(
        id=new_attempt_id(around.sessions.taken),
        exam=exam.id,
        title=exam.title,
        marks=Marks(
            exam.theory.weight_percent,
            exam.practical.weight_percent,
            exam.theory.pass_percent,
            exam.practical.pass_percent,
        ),
        theory_minutes=exam.theory.minutes,
        provider=choice.provider,
        scenarios_folder=str(folder) if order.scenarios else "",
        created_at=now(),
        who=around.who,
    )
    seats: list[Seat] = []
    for place, name in enumerate(names):
        code = new_attempt_id(lambda n: around.sessions.taken(n) or around.attempts.exists(n))
        seed = new_seed() if order.seed is None else order.seed + place
        seats.append(
            Seat(
                code=code,
                session=session.id,
                candidate=name,
                language=order.language,
                seed=seed,
                state=SeatState.WAITING,
                tasks=_tasks(exam, seed),
            )
        )
    around.sessions.create(session, seats)
    around.keep(session.id)
    return session, seats


def _tasks(exam: Exam, seed: int) -> tuple[SeatTask, ...]:
    return tuple(
        SeatTask(place, task.scenario, task.minutes * 60, task.weight, seed)
        for place, task in enumerate(exam.practical.tasks, start=1)
    )


def _names(candidates: Sequence[str]) -> Sequence[str]:
    names = [" ".join(name.split()) for name in candidates]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not all(names) or twice:
        raise GraderError(
            Code.USAGE,
            f"{twice[0]} is named twice" if twice else "a candidate has no name",
            hint="--candidate NAME once for each candidate, with what tells two of a name apart",
        )
    return names


def _require_room(around: Surroundings, sandbox_mib: int, candidates: int) -> None:
    free = around.free_mib()
    room = max((free - RESERVE_MIB) // sandbox_mib, 0)
    if candidates > room:
        raise GraderError(
            Code.MEMORY_SHORT,
            f"there is memory for {room} of {candidates} candidates at once: {free} MiB are free, "
            f"a sandbox takes {sandbox_mib}, {RESERVE_MIB} stay free",
            where="/proc/meminfo",
            hint="end what is not needed (grader stop --all), or hold two sessions one after the other",
        )


def _warn_of_processors(around: Surroundings, per_processor: int, candidates: int) -> None:
    """Say where processors will be short: sandboxes still work then, but answer late."""
    fit = per_processor * around.processors
    # Each has a sandbox to work in, and the next one is prepared.
    if 2 * candidates > fit:
        around.say(
            f"{candidates} candidates will have up to {2 * candidates} sandboxes, and {around.processors} processors "
            f"keep up with about {fit}: commands may be answered late; hold two sessions one after the other, or "
            "use a bigger machine"
        )
