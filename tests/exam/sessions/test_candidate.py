"""What a candidate of a session does."""

from __future__ import annotations

import os

import pytest

from grader.exam.sessions.at_hand import at_hand
from grader.exam.sessions.hand_in import hand_task_in
from grader.exam.sessions.paper import take_paper
from grader.exam.sessions.submitting import submit_at_hand
from grader.exam.sessions.take import begin_next
from grader.exam.sessions.terminal import joined, remember
from grader.model.attempt import AttemptState
from grader.model.errors import Code, GraderError
from grader.model.paper import PaperState
from grader.model.phase import PhaseLog
from grader.model.session import ClosedBy, SeatState, TaskState
from grader.sandbox.settings import settings

from .held import Held


def test_to_the_end(held: Held) -> None:
    """A candidate begins task after task, hands each in, and the practical part is over after the last."""
    for place in (1, 2):
        seat = held.begin()
        assert seat.current is not None
        assert seat.current.place == place
        held.work()
        handed = hand_task_in(held.around, held.code, PhaseLog())
        assert (handed.first, handed.result.points) == (True, 10)
    assert held.seat.state is SeatState.OVER
    with pytest.raises(GraderError) as caught:
        held.begin()
    assert caught.value.code is Code.SESSION_STATE


def test_prepared_before(held: Held) -> None:
    """The next task that was prepared meanwhile is begun without bringing anything up."""
    held.begin()
    held.prepare()
    prepared = held.containers()
    hand_task_in(held.around, held.code, PhaseLog())
    log = PhaseLog()
    seat = begin_next(held.around, held.code, log)
    assert seat.current is not None
    assert seat.current.attempt in prepared
    assert held.containers() == prepared
    assert log.phases == []


def test_prepared_but_gone(held: Held) -> None:
    """A prepared sandbox that died before it was needed is made anew, and the candidate loses nothing."""
    attempt = held.prepare().tasks[0].attempt
    held.lose(attempt)
    seat = held.begin()
    assert seat.current is not None
    assert seat.current.attempt != attempt
    assert seat.task_left_s(held.hands()) == 600
    assert held.around.attempts.get(attempt).state is AttemptState.STOPPED


def test_at_hand_by_code_and_terminal(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """The task at hand is found by the exam's code, by the terminal that joined it, or by GRADER_EXAM."""
    monkeypatch.delenv("GRADER_EXAM", raising=False)
    settings.cache_clear()
    current = held.begin().current
    assert current is not None
    log = PhaseLog()
    assert at_hand(held.around, held.code, log).attempt.id == current.attempt
    assert joined(held.around) is None
    remember(held.around, held.code)
    assert at_hand(held.around, None, log).attempt.id == current.attempt
    monkeypatch.setenv("GRADER_EXAM", held.codes[1])
    settings.cache_clear()
    with pytest.raises(GraderError) as caught:
        at_hand(held.around, None, log)
    settings.cache_clear()
    assert held.codes[1] in caught.value.what


def test_terminals_that_ended(held: Held) -> None:
    """What a terminal joined is forgotten when its shell has ended, even if another process gets its number."""
    folder = held.around.home / "joined"
    folder.mkdir(parents=True)
    (folder / f"{os.getsid(0)}-1").write_text("other", encoding="utf-8")
    assert joined(held.around) is None
    remember(held.around, held.code)
    assert [path.read_text() for path in folder.iterdir()] == [held.code]


def test_not_begun_is_not_shown(held: Held) -> None:
    """A prepared task that the candidate did not begin is not to be had by its attempt's id either."""
    attempt = held.prepare().tasks[0].attempt
    for working in (True, False):
        with pytest.raises(GraderError) as caught:
            at_hand(held.around, attempt, PhaseLog(), working=working)
        assert caught.value.code is Code.SESSION_STATE
    with pytest.raises(GraderError):
        submit_at_hand(held.around, attempt, PhaseLog())
    assert held.judge.judged == 0
    held.begin()
    coming = held.prepare().tasks[1].attempt
    with pytest.raises(GraderError) as caught:
        at_hand(held.around, coming, PhaseLog(), working=True)
    assert "task 2 is not begun yet" in caught.value.what


def test_second_submit(held: Held) -> None:
    """Handing in a second time, before the next task is begun, returns the first result."""
    held.begin()
    first, _ = submit_at_hand(held.around, held.code, PhaseLog())
    again, seat = submit_at_hand(held.around, held.code, PhaseLog())
    assert (first.first, again.first) == (True, False)
    assert again.result == first.result
    assert seat is not None
    assert seat.tasks[0].state is TaskState.JUDGED
    assert held.judge.judged == 1


def test_after_the_time(held: Held) -> None:
    """At the first command after the deadline the work is judged as it is, and how late that was is noted."""
    held.begin()
    held.work()
    held.hands.on(700)
    handed, seat = submit_at_hand(held.around, held.code, PhaseLog())
    assert handed.result.points == 10
    assert seat is not None
    assert (seat.tasks[0].closed_by, seat.tasks[0].late_s) == (ClosedBy.TIME, 100)
    notes = [entry.note for entry in held.around.sessions.trail(held.session)]
    assert any("100 s after its time" in note for note in notes)


def test_error_of_ours(held: Held) -> None:
    """After a judging that ended in an error of ours the candidate goes on, without having lost time."""
    held.begin()
    held.hands.on(60)
    held.judge.error = True
    hand_task_in(held.around, held.code, PhaseLog())
    task = held.seat.current
    assert task is not None
    assert (task.state, task.closed_by) == (TaskState.WORKING, ClosedBy.NOBODY)
    assert task.left_s(held.hands()) == 540
    held.judge.error = False
    hand_task_in(held.around, held.code, PhaseLog())
    assert held.seat.tasks[0].state is TaskState.JUDGED


def test_error_of_ours_at_the_deadline(held: Held) -> None:
    """At the deadline a judging that ends in an error is tried again, and then left to a person."""
    held.begin()
    held.hands.on(600)
    held.judge.error = True
    submit_at_hand(held.around, held.code, PhaseLog())
    assert held.judge.judged == 3
    assert held.seat.tasks[0].state is TaskState.JUDGED


def test_paper(held: Held) -> None:
    """The theory paper is drawn for the candidate, gone on with, and not begun while tasks are worked on."""
    sitting = take_paper(held.around, held.code)
    assert (sitting.paper.candidate, sitting.paper.id) == ("Zoé Lefèvre", held.seat.paper)
    assert take_paper(held.around, held.code).paper.id == sitting.paper.id
    sitting.hand_in()
    assert take_paper(held.around, held.code).paper.state is PaperState.CLOSED
    begin_next(held.around, held.codes[1], PhaseLog())
    with pytest.raises(GraderError) as caught:
        take_paper(held.around, held.codes[1])
    assert caught.value.code is Code.SESSION_STATE


def test_result_begins_with_the_task(held: Held) -> None:
    """A result's time begins when the candidate began, not when the sandbox was ready."""
    held.prepare()
    began = held.begin().tasks[0].begun_at
    assert hand_task_in(held.around, held.code, PhaseLog()).result.started_at == began
