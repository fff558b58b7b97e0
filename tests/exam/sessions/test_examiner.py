"""What an examiner does with a session, and what the session's keeper does by itself."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from grader.exam.sessions.control import (
    extend_seat,
    finish_seat,
    pause_seat,
    resume_seat,
    seats_named,
)
from grader.exam.sessions.hand_in import hand_task_in
from grader.exam.sessions.keeper import Keeper
from grader.exam.sessions.prepare import prepare_next
from grader.exam.sessions.processes import do
from grader.exam.sessions.result import result_of_seat
from grader.exam.sessions.start import start_session
from grader.exam.sessions.step import take
from grader.exam.sessions.take import attempt_at_hand
from grader.model.certification import Outcome
from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.model.session import ClosedBy, SeatState, TaskState
from grader.model.session_clock import MOST_TRIES
from grader.model.session_steps import hand_in, pause

from .held import Held, exam_surroundings, order


@dataclass
class Jobs:
    """Does each job at once, and remembers it."""

    held: Held
    done: list[tuple[str, str]] = field(default_factory=list)

    def start(self, what: str, code: str) -> Jobs:
        """Do it."""
        self.done.append((what, code))
        do(self.held.around, what, code)
        return self

    code: int = 0

    def poll(self) -> int:
        """It has ended, with this exit code."""
        return self.code


def _keeper(held: Held) -> tuple[Keeper, Jobs]:
    jobs = Jobs(held)
    return Keeper(held.around, held.session, jobs.start), jobs


def _resume(held: Held) -> None:
    resume_seat(held.around, held.code, PhaseLog())


def test_names_and_memory(tmp_path: Path) -> None:
    """Names that can't be told apart, and more candidates than there is memory for, are refused before anything is stored."""
    around = exam_surroundings(tmp_path)
    poor = replace(around, free_mib=lambda: 2600)

    def refused(*names: str) -> GraderError:
        with pytest.raises(GraderError) as caught:
            start_session(poor, order(tmp_path, *names))
        return caught.value

    assert refused("Ada", " Ada ").code is Code.USAGE
    assert refused(" ").code is Code.USAGE
    short = refused("Ada", "Zoé", "Eve")
    assert short.code is Code.MEMORY_SHORT
    assert "2 of 3" in short.what
    assert around.sessions.all() == []


def test_too_few_processors_are_told(tmp_path: Path) -> None:
    """A session that memory allows and processors hardly do is held, and the examiner is told before it begins."""
    said: list[str] = []
    around = replace(exam_surroundings(tmp_path), say=said.append, processors=1)
    start_session(around, order(tmp_path, "Ada", "Zoé"))
    assert not [line for line in said if "processors" in line]
    start_session(around, order(tmp_path, "Eve", "Bob", "Kim"))
    assert [line for line in said if "up to 6 sandboxes" in line and "about 4" in line]


def test_pause_and_extend(held: Held) -> None:
    """A paused candidate has a standing clock and can't work; extra time is added, and all of it is audited."""
    held.begin()
    pause_seat(held.around, held.code, "fire alarm", PhaseLog())
    held.hands.on(1000)
    with pytest.raises(GraderError) as caught:
        attempt_at_hand(held.around, held.code, PhaseLog(), working=True)
    assert caught.value.code is Code.SESSION_STATE
    _resume(held)
    extend_seat(held.around, held.code, 5, "noise")
    assert held.seat.task_left_s(held.hands()) == 900
    notes = [entry.note for entry in held.around.sessions.trail(held.session)]
    assert {"paused: fire alarm", "5 min more for one task: noise"} <= set(notes)


def test_keeper_prepares_ahead(held: Held) -> None:
    """The keeper prepares the first task of everybody, and the next one while a task is worked on."""
    keeper, jobs = _keeper(held)
    assert keeper.look()
    assert jobs.done == [("prepare", code) for code in held.codes]
    held.begin()
    keeper.look()
    assert held.seat.coming is not None
    assert held.seat.coming.state is TaskState.PREPARED
    keeper.look()
    assert len(jobs.done) == 3


def test_keeper_leaves_a_failed_job_alone(held: Held) -> None:
    """A job that failed is tried again after some seconds, not at every look."""
    held.provider.fail_at = "cluster"
    keeper, jobs = _keeper(held)
    jobs.code = 4
    keeper.look()
    keeper.look()
    assert jobs.done == [("prepare", code) for code in held.codes]
    held.hands.on(15)
    keeper.look()
    assert len(jobs.done) == 4


def test_keeper_waits_for_memory(held: Held) -> None:
    """Nothing is prepared as long as there is no memory for it."""
    held.around = replace(held.around, free_mib=lambda: 900)
    keeper, jobs = _keeper(held)
    keeper.look()
    assert jobs.done == []


def test_keeper_gives_up_preparing(held: Held) -> None:
    """A sandbox that can't be made is tried a few times; why is kept for the examiner."""
    held.provider.fail_at = "cluster"
    keeper, jobs = _keeper(held)
    for _ in range(MOST_TRIES + 2):
        keeper.look()
    assert sum(code == held.code for _, code in jobs.done) == MOST_TRIES
    task = held.seat.tasks[0]
    assert (task.state, task.tries, task.trouble) == (TaskState.PENDING, 3, "the fake broke")
    assert held.containers() == []


def test_keeper_closes_at_the_deadline(held: Held) -> None:
    """At the deadline the keeper closes the task, judges what is there, and clears its sandbox; others go on."""
    held.begin()
    held.work()
    keeper, _ = _keeper(held)
    held.hands.on(599)
    keeper.look()
    assert held.seat.tasks[0].state is TaskState.WORKING
    held.hands.on(1)
    keeper.look()
    keeper.look()
    (task, _) = held.seat.tasks
    assert (task.state, task.closed_by, task.late_s) == (TaskState.JUDGED, ClosedBy.TIME, 0)
    final = held.around.submissions.final(task.attempt)
    assert final is not None
    assert final.points == 10
    assert task.attempt not in held.containers()
    assert held.around.sessions.seat(held.codes[1]).state is SeatState.WAITING


def test_keeper_halts_and_goes_on(held: Held) -> None:
    """A sandbox that stops working stops the clock as of when it was last seen to; it works again, and the clock goes on."""
    attempt = held.begin().tasks[0].attempt
    keeper, _ = _keeper(held)
    held.hands.on(100)
    keeper.look()
    down = held.folder / "world" / attempt / "down-cluster"
    down.touch()
    held.hands.on(20)
    keeper.look()
    halted = held.seat
    assert halted.state is SeatState.HALTED
    assert halted.task_left_s(held.hands()) == 500
    down.unlink()
    held.hands.on(30)
    keeper.look()
    going = held.seat
    assert going.state is SeatState.WORKING
    assert going.credit.used(held.hands()) == 50
    assert going.task_left_s(held.hands()) == 500


def test_keeper_halts_where_the_api_is_silent(held: Held) -> None:
    """A cluster whose API server does not answer at two looks stops the clock as of when it last did; one look is nothing."""
    attempt = held.begin().tasks[0].attempt
    keeper, _ = _keeper(held)

    def state() -> SeatState:
        return held.seat.state

    silent = held.folder / "world" / attempt / "silent"
    held.hands.on(100)
    keeper.look()
    silent.touch()
    held.hands.on(20)
    keeper.look()
    assert state() is SeatState.WORKING
    silent.unlink()
    held.hands.on(20)
    keeper.look()
    silent.touch()
    held.hands.on(20)
    keeper.look()
    assert state() is SeatState.WORKING
    held.hands.on(20)
    keeper.look()
    assert state() is SeatState.HALTED
    # It answered last after 140 of its 600 seconds.
    assert held.seat.task_left_s(held.hands()) == 460
    held.hands.on(20)
    keeper.look()
    assert state() is SeatState.HALTED
    silent.unlink()
    held.hands.on(20)
    keeper.look()
    assert state() is SeatState.WORKING
    assert held.seat.task_left_s(held.hands()) == 460


def test_lost_sandbox(held: Held) -> None:
    """A task whose sandbox is lost is done anew at the examiner's word, in another sandbox and with all of its time."""
    attempt = held.begin().tasks[0].attempt
    keeper, _ = _keeper(held)
    held.hands.on(100)
    keeper.look()
    held.lose(attempt)
    held.hands.on(20)
    keeper.look()
    _resume(held)
    seat = held.begin()
    assert seat.tasks[0].attempt != attempt
    assert seat.task_left_s(held.hands()) == 600
    assert held.around.sessions.seat_of(attempt) is None


def test_lost_while_judged(held: Held) -> None:
    """A sandbox that is gone when the work is handed in costs no time and no point: the clock stands."""
    attempt = held.begin().tasks[0].attempt
    held.lose(attempt)
    with pytest.raises(GraderError) as caught:
        hand_task_in(held.around, held.code, PhaseLog())
    assert caught.value.code is Code.SANDBOX_GONE
    assert held.seat.state is SeatState.HALTED
    _resume(held)
    assert held.begin().task_left_s(held.hands()) == 600


def test_lost_while_judged_in_a_pause(held: Held) -> None:
    """A sandbox that is lost while its work is judged stops the exam also where it is paused, and is not judged for ever."""
    attempt = held.begin().tasks[0].attempt
    take(
        held.around,
        held.code,
        lambda s: pause(hand_in(s, ClosedBy.CANDIDATE, held.hands(), "then"), held.hands()),
    )
    held.lose(attempt)
    keeper, jobs = _keeper(held)
    keeper.look()
    assert held.seat.state is SeatState.HALTED
    keeper.look()
    assert sum(what == "judge" for what, _ in jobs.done) == 1
    _resume(held)
    assert held.begin().task_left_s(held.hands()) == 600


def test_reboot(held: Held) -> None:
    """After the machine was switched off the next command finds the clock standing since it was last written down."""
    held.begin()
    keeper, _ = _keeper(held)
    held.hands.on(100)
    keeper.look()
    held.hands.reboot(off_s=5000)
    with pytest.raises(GraderError):
        attempt_at_hand(held.around, held.code, PhaseLog(), working=True)
    assert held.seat.state is SeatState.HALTED
    assert held.seat.task_left_s(held.hands()) == 500


def test_finish(held: Held) -> None:
    """Ending an exam judges the task at hand, counts what was not begun as nothing, and leaves no sandbox; the result is signed."""
    held.begin()
    held.work()
    held.prepare()
    seat = finish_seat(held.around, held.code, PhaseLog())
    assert [task.state for task in seat.tasks] == [TaskState.JUDGED, TaskState.SKIPPED]
    assert seat.state is SeatState.FINISHED
    assert held.containers() == []
    result = result_of_seat(held.around, seat)
    assert result.outcome is Outcome.FAILED
    stated = json.loads(b64decode(json.loads(result.signed)["payload"]))["predicate"]
    assert stated["practical"]["percent"] == "50"
    assert [task.get("skipped", False) for task in stated["practical"]["tasks"]] == [False, True]
    assert stated["session"]["tasks"][0]["closed_by"] == "examiner"
    assert finish_seat(held.around, held.code, PhaseLog()) == seat
    assert result_of_seat(held.around, seat).signed == result.signed


def test_finish_of_a_lost_task(held: Held) -> None:
    """A task that was lost by our fault and can't be judged makes the exam need a review, never a fail."""
    held.lose(held.begin().tasks[0].attempt)
    seat = finish_seat(held.around, held.code, PhaseLog())
    assert result_of_seat(held.around, seat).outcome is Outcome.NEEDS_REVIEW


def test_finish_while_preparing(held: Held) -> None:
    """What a process prepared that died, or for an exam that was ended meanwhile, is cleared."""
    held.prepare()
    finish_seat(held.around, held.code, PhaseLog())
    assert held.containers() == []
    with pytest.raises(GraderError):
        result_of_seat(held.around, held.around.sessions.seat(held.codes[1]))


def test_names(held: Held) -> None:
    """A session, one code, or nothing where there is one session, name the seats that are meant."""
    assert [s.code for s in seats_named(held.around, held.session)] == held.codes
    assert [s.code for s in seats_named(held.around, held.codes[1])] == held.codes[1:]
    assert [s.code for s in seats_named(held.around, None)] == held.codes
    prepare_next(held.around, held.code, PhaseLog())
    start_session(held.around, order(held.folder, "Eve"))
    for name in (None, "nobody"):
        with pytest.raises(GraderError) as caught:
            seats_named(held.around, name)
        assert caught.value.code is Code.SESSION_UNKNOWN
