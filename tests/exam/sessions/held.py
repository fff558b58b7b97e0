"""A session on the fakes: exams, scenarios, candidates and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.exam.attempts.opening import open_attempt
from grader.exam.sessions.prepare import prepare_next
from grader.exam.sessions.start import SessionOrder, start_session
from grader.exam.sessions.take import begin_next
from grader.exam.surroundings import Surroundings
from grader.model.clock import Moment
from grader.model.phase import PhaseLog
from grader.model.session import Seat
from tests.exam.fakes import WORK, FakeJudge, FakeProvider, fake_surroundings
from tests.model.seats import NAMES, Hands

CANDIDATES = ("Zoé Lefèvre", "Ada Lovelace")

EXAM = """\
apiVersion: grader/v1
id: short
title: { fr: Examen court, en: Short exam }
theory:
  weight_percent: 50
  pass_percent: 70
  minutes: 60
  subjects:
    - { id: kubernetes, title: { fr: Kubernetes, en: Kubernetes }, questions: 4 }
practical:
  weight_percent: 50
  pass_percent: 80
  tasks:
    - { scenario: deploy-service, minutes: 10, weight: 1 }
    - { scenario: backup, minutes: 10, weight: 1 }
"""


def exam_surroundings(
    folder: Path,
    provider: FakeProvider | None = None,
    judge: FakeJudge | None = None,
    clock: Callable[[], Moment] | None = None,
) -> Surroundings:
    """Surroundings with an exam of two tasks, in a folder."""
    judge = judge or FakeJudge()
    judge.known = NAMES
    around = fake_surroundings(folder, provider, judge)
    (folder / "exams").mkdir(exist_ok=True)
    (folder / "exams" / "short.yaml").write_text(EXAM, encoding="utf-8")
    for name in NAMES:
        (around.scenarios / name).mkdir(exist_ok=True)
        (around.scenarios / name / "scenario.yaml").touch()
    return replace(around, clock=clock) if clock else around


def order(folder: Path, *candidates: str) -> SessionOrder:
    """The session that the tests hold."""
    return SessionOrder("short", candidates or CANDIDATES, folder / "exams", seed=7)


@dataclass
class Held:
    """A session that is held.

    Args:
        folder: Where it is.
    """

    folder: Path
    hands: Hands = field(default_factory=Hands)
    judge: FakeJudge = field(default_factory=FakeJudge)
    around: Surroundings = field(init=False)
    provider: FakeProvider = field(init=False)
    codes: list[str] = field(init=False)
    session: str = field(init=False)

    def __post_init__(self) -> None:
        self.provider = FakeProvider(self.folder / "world")
        self.around = exam_surroundings(self.folder, self.provider, self.judge, self.hands)
        session, seats = start_session(self.around, order(self.folder))
        self.session = session.id
        self.codes = [seat.code for seat in seats]

    @property
    def code(self) -> str:
        """The first candidate's."""
        return self.codes[0]

    @property
    def seat(self) -> Seat:
        """The first candidate's."""
        return self.around.sessions.seat(self.code)

    def begin(self) -> Seat:
        """The first candidate begins the next task."""
        return self.begin_of(self.code)

    def begin_of(self, code: str) -> Seat:
        """A candidate begins the next task."""
        return begin_next(self.around, code, PhaseLog())

    def prepare(self) -> Seat:
        """The first candidate's next task is prepared."""
        return prepare_next(self.around, self.code, PhaseLog())

    def work(self) -> None:
        """The first candidate does the task at hand."""
        work(self.around, self.seat)

    def containers(self) -> list[str]:
        """What there is of sandboxes, by attempt."""
        found = (self.folder / "world").glob("*/container-*")
        return sorted({path.parent.name for path in found})

    def lose(self, attempt: str) -> None:
        """The machine loses a sandbox."""
        for path in (self.folder / "world" / attempt).iterdir():
            path.unlink()
        (self.folder / "world" / attempt).rmdir()


def work(around: Surroundings, seat: Seat) -> None:
    """Do the task at hand."""
    assert seat.current is not None
    open_attempt(around, seat.current.attempt).sandbox.workstation.write("work", WORK.encode())
