"""A candidate's exam as a process of its own, which can be had to kill itself at any commit or file.

Whatever the process before it left, this one goes on from there.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from grader.exam.results.certify import Sitting as Exam
from grader.exam.results.certify import certify
from grader.exam.surroundings import Surroundings
from grader.exam.theory.sitting import Sitting, begin, resume
from grader.sandbox.settings import data_folder
from grader.store.papers import PaperStore
from tests.exam.certified import NAME, take_task
from tests.exam.fakes import fake_surroundings

ANSWERED = 3
ATTEMPT = "aaaaaa"


@dataclass
class Candidate:
    """A process that takes the exam.

    Args:
        folder: Where its home is.
        moment: "before-commit", "after-commit", "before-file" or "never": where it kills itself.
        number: At which of them, from 1.
    """

    folder: Path
    moment: str = "never"
    number: int = 0

    def __post_init__(self) -> None:
        # Forked: each would take seconds to load what is loaded here already.
        context = get_context("fork")
        self._read, write = context.Pipe(duplex=False)
        self._process = context.Process(target=self._work, args=(write,))
        self._process.start()
        write.close()

    def _work(self, write: Connection) -> None:
        write.send(self.taken())

    def taken(self) -> str:
        """Take the exam; the signed result."""
        return take_exam(self.folder, self.moment, self.number)

    def end(self) -> tuple[int, str]:
        """Its exit code, and the signed result, "" where it did not come so far."""
        try:
            signed = str(self._read.recv())
        except EOFError:
            signed = ""
        self._process.join(60)
        return self._process.exitcode or 0, signed


def take_exam(folder: Path, moment: str, number: int) -> str:
    """Take the exam, from wherever it stands to its end; the signed result."""
    around = fake_surroundings(folder)
    if around.untouched or not around.attempts.exists(ATTEMPT):
        # The practical part is not what is killed here; tests/exam/attempts/test_killed.py has it.
        take_task(around, ATTEMPT)
    kill_at(moment, number)
    sitting = _theory(around)
    return certify(around, Exam(sitting.paper.id, [(ATTEMPT, 1)])).signed


def _theory(around: Surroundings) -> Sitting:
    store = PaperStore(around.database)
    there = [paper for paper in store.all() if paper.candidate == NAME]
    sitting = resume(store, there[0].id) if there else None
    if sitting is None:
        sitting = begin(store, data_folder("exams") / "theory", candidate=NAME, seed=7)
    for question in sitting.paper.questions[:ANSWERED]:
        if question.id not in sitting.paper.answers:
            sitting = sitting.answer(question.id, question.right)
    return sitting.hand_in()


def kill_at(moment: str, number: int) -> None:
    """Kill this process at the so-manieth of such moments; "never" at none."""
    left = [number]

    def kill(*_arguments: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    match moment:
        case "before-commit":
            event.listen(Engine, "commit", kill)
        case "after-commit":
            event.listen(Session, "after_commit", kill)
        case "before-file":
            _before(kill)


def _before(kill: Callable[[], None]) -> None:
    replaced = Path.replace

    def replace(self: Path, target: Path) -> Path:
        kill()
        return replaced(self, target)

    setattr(Path, "replace", replace)  # noqa: B010 - a method is not assigned to
