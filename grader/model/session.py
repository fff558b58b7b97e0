"""An exam session: each candidate's seat with its practical tasks and clocks, and which states may follow which."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from grader.model.certification import Marks
from grader.model.clock import Moment, Stopwatch
from grader.model.text import Bilingual, Language


class SeatState(StrEnum):
    """Where a candidate's exam stands.

    `halted`: the grader or the cluster is at fault. `over`: no task is left, the theory paper may be.
    """

    WAITING = "waiting"
    WORKING = "working"
    PAUSED = "paused"
    HALTED = "halted"
    OVER = "over"
    FINISHED = "finished"


SEAT_TRANSITIONS: dict[SeatState, frozenset[SeatState]] = {
    SeatState.WAITING: frozenset({SeatState.WORKING, SeatState.OVER}),
    SeatState.WORKING: frozenset({SeatState.PAUSED, SeatState.HALTED, SeatState.OVER}),
    SeatState.PAUSED: frozenset({SeatState.WORKING, SeatState.HALTED, SeatState.OVER}),
    SeatState.HALTED: frozenset({SeatState.WORKING, SeatState.PAUSED, SeatState.OVER}),
    SeatState.OVER: frozenset({SeatState.FINISHED}),
    SeatState.FINISHED: frozenset(),
}


class TaskState(StrEnum):
    """Where one task of a candidate stands; its sandbox is made from `preparing` to `prepared`."""

    PENDING = "pending"
    PREPARING = "preparing"
    PREPARED = "prepared"
    WORKING = "working"
    JUDGING = "judging"
    JUDGED = "judged"
    SKIPPED = "skipped"


TASK_TRANSITIONS: dict[TaskState, frozenset[TaskState]] = {
    TaskState.PENDING: frozenset({TaskState.PREPARING, TaskState.SKIPPED}),
    TaskState.PREPARING: frozenset({TaskState.PREPARED, TaskState.PENDING, TaskState.SKIPPED}),
    TaskState.PREPARED: frozenset({TaskState.WORKING, TaskState.PENDING, TaskState.SKIPPED}),
    # Back to pending: its sandbox is lost by our fault, and the candidate gets another one.
    TaskState.WORKING: frozenset({TaskState.JUDGING, TaskState.PENDING}),
    # Back to working: judging ended in an error of ours, and there is time left to try again.
    TaskState.JUDGING: frozenset({TaskState.JUDGED, TaskState.WORKING}),
    TaskState.JUDGED: frozenset(),
    TaskState.SKIPPED: frozenset(),
}

AHEAD = frozenset({TaskState.PENDING, TaskState.PREPARING, TaskState.PREPARED})
"""The states of a task that was not begun."""

CLOSED = frozenset({TaskState.JUDGED, TaskState.SKIPPED})
"""Those of one that is over."""


class ClosedBy(StrEnum):
    """Why a task was closed; `nobody` while it is not."""

    NOBODY = ""
    CANDIDATE = "candidate"
    TIME = "time"
    EXAMINER = "examiner"


@dataclass(frozen=True)
class SeatTask:
    """One practical task of one candidate.

    Attributes:
        place: From 1, in the exam's order.
        scenario: The scenario's id.
        limit_s: Seconds that the exam gives for it.
        weight: Its share of the practical part, beside the other tasks' weights.
        seed: Draws the scenario's parameters.
        state: Where it stands.
        attempt: The id of its attempt; "" before there is one.
        watch: The time used.
        extra_s: Seconds that an examiner gave in addition.
        closed_by: Who or what closed it.
        late_s: How long after its time it was closed, where nobody looked in time.
        begun_at: RFC 3339, UTC; "" before.
        closed_at: The same of its end.
        tries: How often its sandbox could not be prepared.
        trouble: Why not, the last time.
    """

    place: int
    scenario: str
    limit_s: int
    weight: int
    seed: int
    state: TaskState = TaskState.PENDING
    attempt: str = ""
    watch: Stopwatch = field(default_factory=Stopwatch)
    extra_s: int = 0
    closed_by: ClosedBy = ClosedBy.NOBODY
    late_s: float = 0.0
    begun_at: str = ""
    closed_at: str = ""
    tries: int = 0
    trouble: str = ""

    @property
    def given_s(self) -> int:
        """All seconds that the candidate has for it."""
        return self.limit_s + self.extra_s

    def left_s(self, now: Moment) -> float:
        """Seconds left of its own time; below zero once that is over."""
        return self.given_s - self.watch.used(now)


@dataclass(frozen=True)
class Seat:
    """One candidate's place in a session.

    Attributes:
        code: What the candidate joins with; it names the seat.
        session: The session's id.
        candidate: The candidate's name.
        language: What the candidate reads.
        seed: Draws the theory paper.
        state: Where the exam stands.
        tasks: In the exam's order.
        watch: The time used of the whole practical part, breaks between tasks included.
        credit: The time that stood still because the grader or the cluster was at fault.
        paper: The id of the theory paper; "" before there is one.
        theory_extra_s: Seconds that an examiner gave for it in addition.
    """

    code: str
    session: str
    candidate: str
    language: Language
    seed: int
    state: SeatState
    tasks: tuple[SeatTask, ...]
    watch: Stopwatch = field(default_factory=Stopwatch)
    credit: Stopwatch = field(default_factory=Stopwatch)
    paper: str = ""
    theory_extra_s: int = 0

    @property
    def current(self) -> SeatTask | None:
        """The task that is worked on, or being judged."""
        at_hand = {TaskState.WORKING, TaskState.JUDGING}
        return next((task for task in self.tasks if task.state in at_hand), None)

    @property
    def coming(self) -> SeatTask | None:
        """The first task that was not begun."""
        return next((task for task in self.tasks if task.state in AHEAD), None)

    @property
    def given_s(self) -> int:
        """All seconds for the practical part."""
        return sum(task.given_s for task in self.tasks)

    def left_s(self, now: Moment) -> float:
        """Seconds left of the whole practical part; below zero once it is over."""
        return self.given_s - self.watch.used(now)

    def task_left_s(self, now: Moment) -> float:
        """Seconds left to work: of the task that is worked on and of the whole, whichever ends first."""
        whole = self.left_s(now)
        task = self.current
        return min(task.left_s(now), whole) if task else whole


@dataclass(frozen=True)
class Session:
    """An exam held for some candidates at one time.

    Attributes:
        id: Six characters, as an attempt has.
        exam: The exam's id.
        title: What it is called.
        marks: Weights and pass marks.
        theory_minutes: The time for the theory paper.
        provider: What runs the sandboxes.
        scenarios_folder: The folder that holds the scenarios'; "" for the product's own.
        created_at: RFC 3339, UTC.
        who: The examiner who began it.
    """

    id: str
    exam: str
    title: Bilingual
    marks: Marks
    theory_minutes: int
    provider: str
    scenarios_folder: str
    created_at: str
    who: str
