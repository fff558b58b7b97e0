"""The steps of a candidate's exam, and its clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.errors import Code, GraderError
from grader.model.session import ClosedBy, Seat, SeatState, TaskState
from grader.model.session_clock import Due, due, warning
from grader.model.session_steps import (
    anew,
    begin,
    close,
    extend,
    extend_theory,
    finish,
    go_on,
    halt,
    hand_in,
    handed_back,
    judged,
    pause,
    prepare,
    prepared,
    tick,
    unprepared,
    with_paper,
)

from .seats import Hands, seat


def _ready(one: Seat, hands: Hands, attempt: str = "aaaaaa") -> Seat:
    return prepared(prepare(one, attempt, hands()), attempt, hands())


def _working(hands: Hands, *minutes: int) -> Seat:
    return begin(_ready(seat(*minutes), hands), hands(), "then")


def _handed_in(one: Seat, hands: Hands, by: ClosedBy = ClosedBy.CANDIDATE) -> Seat:
    return hand_in(one, by, hands(), "then")


def _refused(step: Callable[[], Seat]) -> GraderError:
    with pytest.raises(GraderError) as caught:
        step()
    assert caught.value.code is Code.SESSION_STATE
    assert caught.value.where
    assert caught.value.hint
    return caught.value


def test_clock_starts_with_the_task() -> None:
    """No time is used before the first task's sandbox is ready and the task is begun."""
    hands = Hands()
    one = _ready(seat(), hands)
    hands.on(500)
    one = begin(one, hands(), "then")
    assert (one.task_left_s(hands()), one.left_s(hands())) == (600, 1200)
    hands.on(100)
    assert (one.task_left_s(hands()), one.left_s(hands())) == (500, 1100)


def test_to_the_end() -> None:
    """Task after task is prepared, begun, handed in and judged; then the practical part is over, and all stands."""
    hands = Hands()
    one = _working(hands)
    one = _ready(one, hands, "bbbbbb")
    hands.on(60)
    one = judged(_handed_in(one, hands), hands())
    one = begin(one, hands(), "then")
    assert one.current is not None
    assert (one.current.place, one.current.attempt) == (2, "bbbbbb")
    one = judged(_handed_in(one, hands), hands())
    assert one.state is SeatState.OVER
    hands.on(1000)
    assert one.watch.used(hands()) == 60
    assert finish(one, hands()).state is SeatState.FINISHED


def test_judging_is_nobodys_time() -> None:
    """While the work is judged the candidate's time stands; after it the whole goes on, where a task is ready."""
    hands = Hands()
    one = _ready(_working(hands), hands, "bbbbbb")
    one = _handed_in(one, hands)
    hands.on(30)
    one = judged(one, hands())
    assert one.watch.used(hands()) == 0
    hands.on(20)
    assert one.watch.used(hands()) == 20
    assert one.credit.used(hands()) == 0


def test_waiting_for_a_sandbox_is_credit() -> None:
    """Between two tasks the clock stands until the next sandbox is ready, and that is written down."""
    hands = Hands()
    one = judged(_handed_in(_working(hands), hands), hands())
    hands.on(40)
    one = _ready(one, hands, "bbbbbb")
    assert (one.watch.used(hands()), one.credit.used(hands())) == (0, 40)


def test_pause() -> None:
    """A paused exam uses no time, and takes no work."""
    hands = Hands()
    one = pause(_working(hands), hands())
    hands.on(1000)
    assert one.task_left_s(hands()) == 600
    assert "resume" in (_refused(lambda: _handed_in(one, hands)).hint or "")
    one = go_on(one, hands())
    hands.on(10)
    assert one.task_left_s(hands()) == 590


def test_halt_is_credit_since_it_was_last_seen() -> None:
    """At a fault of ours the clock stands since the sandbox was last seen to work; the credit is what it stood."""
    hands = Hands()
    one = _working(hands)
    seen = hands.on(100)
    one = tick(one, hands.on(5))
    now = hands.on(5)
    one = halt(one, seen, now)
    assert one.task_left_s(now) == 500
    hands.on(50)
    one = go_on(one, hands())
    assert one.credit.used(hands()) == 60
    assert one.task_left_s(hands()) == 500


def test_anew() -> None:
    """A task whose sandbox is lost is done anew with all of its time; what was used of the whole comes back."""
    hands = Hands()
    one = _working(hands)
    now = hands.on(200)
    one = anew(halt(one, now, now), hands())
    assert one.coming is not None
    assert (one.coming.place, one.coming.attempt, one.coming.state) == (1, "", TaskState.PENDING)
    one = begin(_ready(one, hands, "cccccc"), hands(), "then")
    assert (one.task_left_s(hands()), one.left_s(hands())) == (600, 1200)
    assert one.credit.used(hands()) == 200
    _refused(lambda: anew(one, hands()))


def test_closed_late() -> None:
    """What is closed after its time has used its time and no more; how late it was is told apart."""
    hands = Hands()
    one = _working(hands)
    hands.on(700)
    assert due(one, hands()) == {Due.CLOSE, Due.PREPARE}
    one = _handed_in(one, hands)
    (task, _) = one.tasks
    assert (task.closed_by, task.late_s, task.watch.used_s) == (ClosedBy.TIME, 100, 600)
    assert one.watch.used(hands()) == 600
    assert due(one, hands()) == {Due.JUDGE, Due.PREPARE}


def test_whole_time_ends_a_task() -> None:
    """Breaks between tasks count into the whole time, and its end is the end of the task at hand."""
    hands = Hands()
    one = _ready(_working(hands), hands, "bbbbbb")
    one = judged(_handed_in(one, hands), hands())
    hands.on(900)
    one = begin(one, hands(), "then")
    assert one.task_left_s(hands()) == 300
    hands.on(300)
    assert Due.CLOSE in due(one, hands())


def test_break_longer_than_the_whole() -> None:
    """Who never begins the next task loses it when the whole time is over."""
    hands = Hands()
    one = _ready(_working(hands), hands, "bbbbbb")
    one = judged(_handed_in(one, hands), hands())
    hands.on(1200)
    assert due(one, hands()) == {Due.CLOSE}
    one = close(one, ClosedBy.TIME, hands(), "then")
    assert one.state is SeatState.OVER
    assert [task.state for task in one.tasks] == [TaskState.JUDGED, TaskState.SKIPPED]


def test_extend() -> None:
    """Extra time is for the task at hand, else the next one, or for each that is not closed."""
    hands = Hands()
    assert [t.extra_s for t in extend(_working(hands), 60, hands()).tasks] == [60, 0]
    assert [t.extra_s for t in extend(seat(), 60, hands(), every_task=True).tasks] == [60, 60]
    one = extend(_handed_in(_working(hands), hands), 60, hands())
    assert [t.extra_s for t in one.tasks] == [0, 60]
    late = _working(hands)
    hands.on(600)
    _refused(lambda: extend(late, 60, hands()))


def test_extend_theory() -> None:
    """Extra time for the theory paper adds up, until the exam is finished."""
    hands = Hands()
    one = extend_theory(extend_theory(seat(), 60), 120)
    assert one.theory_extra_s == 180
    over = close(one, ClosedBy.EXAMINER, hands(), "then")
    assert extend_theory(over, 60).theory_extra_s == 240
    _refused(lambda: extend_theory(finish(over, hands()), 60))


def test_handed_back() -> None:
    """After a judging that ended in an error of ours the candidate goes on with the time there was; not after the end."""
    hands = Hands()
    one = _working(hands)
    hands.on(60)
    one = _handed_in(one, hands)
    hands.on(500)
    one = handed_back(one, hands())
    assert one.task_left_s(hands()) == 540
    ended = close(one, ClosedBy.EXAMINER, hands(), "then")
    _refused(lambda: handed_back(ended, hands()))
    assert judged(ended, hands()).state is SeatState.OVER


def test_refused() -> None:
    """What does not fit is refused with what to type, and nothing is begun twice."""
    hands = Hands()
    fresh = seat()
    assert _refused(lambda: begin(fresh, hands(), "then")).what.endswith("can't become working")
    working = _working(hands)
    assert "submit" in (_refused(lambda: begin(working, hands(), "then")).hint or "")
    assert "next" in (_refused(lambda: _handed_in(fresh, hands)).hint or "")
    for step in (pause, go_on, finish, judged):
        _refused(lambda step=step: step(fresh, hands()))  # type: ignore[misc]
    _refused(lambda: prepare(_ready(fresh, hands), "bbbbbb", hands()))
    _refused(lambda: prepared(prepare(fresh, "aaaaaa", hands()), "bbbbbb", hands()))
    over = close(fresh, ClosedBy.EXAMINER, hands(), "then")
    _refused(lambda: prepare(over, "aaaaaa", hands()))
    _refused(lambda: extend(over, 60, hands()))


def test_prepared_again() -> None:
    """A sandbox that did not get ready is made anew, a few times without anybody asking."""
    hands = Hands()
    one = seat()
    for tries in range(3):
        assert due(one, hands()) == {Due.PREPARE}, tries
        one = unprepared(prepare(one, "aaaaaa", hands()), "aaaaaa", "no memory", hands())
    assert due(one, hands()) == frozenset()
    assert one.coming is not None
    assert (one.coming.tries, one.coming.trouble) == (3, "no memory")


def test_reboot() -> None:
    """A machine that was off took the sandboxes along: since the time was last written down, it is our fault."""
    hands = Hands()
    one = _working(hands)
    hands.on(100)
    one = tick(one, hands())
    hands.on(14)
    one = tick(one, hands.reboot(off_s=300))
    assert one.state is SeatState.HALTED
    assert one.task_left_s(hands()) == 500
    assert one.credit.used(hands()) == 314


def test_paper_is_one() -> None:
    """The first theory paper is the candidate's; a second is not taken."""
    assert with_paper(with_paper(seat(), "one"), "two").paper == "one"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(601, 600, 600), (600, 599, None), (700, 290, 300), (61, 59, 60), (50, 40, None)],
)
def test_warnings(before: float, after: float, said: int | None) -> None:
    """Ten, five and one minute before the end there is one warning, of several the latest."""
    assert warning(before, after) == said


_TIMES = st.floats(min_value=0, max_value=5000)
_DOINGS = st.lists(
    st.tuples(
        st.sampled_from(
            ["pause", "go_on", "halt", "submit", "judged", "begin", "prepare", "tick", "wall"]
        ),
        _TIMES,
    ),
    max_size=40,
)


@given(doings=_DOINGS)
def test_time_is_used_stands_or_is_credited(doings: list[tuple[str, float]]) -> None:
    """Whatever happens in whatever order: used time never shrinks, is never more than went by, no setting of the wall clock changes it, and used and credited time never overlap."""
    hands = Hands()
    one = _working(hands, 60, 60, 60)
    began = hands.steady_s
    used = credit = 0.0
    for number, (what, seconds) in enumerate(doings):
        now = hands.set_wall(seconds - 2500) if what == "wall" else hands.on(seconds)
        one = _done(one, what, hands, number)
        assert one.watch.used(now) >= used - 1e-6 or what == "submit"
        assert one.credit.used(now) >= credit - 1e-6
        used, credit = one.watch.used(now), one.credit.used(now)
        assert used + credit <= hands.steady_s - began + 1e-6
        assert sum(task.watch.used(now) for task in one.tasks) <= used + 1e-6
        for task in one.tasks:
            if task.closed_by:
                assert task.watch.used(now) <= task.given_s + 1e-6


def _done(one: Seat, what: str, hands: Hands, number: int) -> Seat:
    """The seat after it, or as it was where that is refused."""
    doings: dict[str, Callable[[], Seat]] = {
        "pause": lambda: pause(one, hands()),
        "go_on": lambda: go_on(one, hands()),
        "halt": lambda: halt(one, hands(), hands()),
        "submit": lambda: _handed_in(one, hands),
        "judged": lambda: judged(one, hands()),
        "begin": lambda: begin(one, hands(), "then"),
        "prepare": lambda: _ready(one, hands, f"attempt{number}"),
    }
    try:
        return doings.get(what, lambda: tick(one, hands()))()
    except GraderError:
        return one
