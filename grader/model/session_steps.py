"""The steps of a candidate's exam: each takes a seat and gives the seat after it, or refuses.

Nothing here asks a clock: the moment is an argument. After each step every clock runs or stands as the states have it:

- a task's while the candidate works on it;
- the whole's during a task, and between two where the next one is ready to be begun;
- the credit's while the grader or the cluster is at fault, or the candidate waits for a sandbox.
"""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from grader.model.clock import Moment, Stopwatch
from grader.model.session import (
    AHEAD,
    SEAT_TRANSITIONS,
    TASK_TRANSITIONS,
    ClosedBy,
    Seat,
    SeatState,
    SeatTask,
    TaskState,
)
from grader.model.session_refusal import SEAT_WORDS, refusal
from grader.model.text import Bilingual

_NO_TASK = Bilingual("il ne reste aucune tâche", "no task is left")


def prepare(seat: Seat, attempt: str, now: Moment) -> Seat:
    """The next task's sandbox is being made, as the attempt of this id."""
    task = _coming(seat)
    return _wound(_task(seat, task, TaskState.PREPARING, attempt=attempt, trouble=""), now)


def prepared(seat: Seat, attempt: str, now: Moment) -> Seat:
    """The next task's sandbox is ready."""
    return _wound(_task(seat, _coming(seat, attempt), TaskState.PREPARED), now)


def unprepared(seat: Seat, attempt: str, trouble: str, now: Moment) -> Seat:
    """The next task's sandbox did not get ready, or is gone before it was needed; another one has to be made."""
    task = _coming(seat, attempt)
    changed = {"attempt": "", "tries": task.tries + 1, "trouble": trouble}
    return _wound(_task(seat, task, TaskState.PENDING, **changed), now)


def require_beginnable(seat: Seat) -> None:
    """Whatever else has to be ready: a next task can begin. Raises GraderError session-state."""
    if seat.current:
        raise refusal(
            seat,
            Bilingual(
                f"la tâche {seat.current.place} n’est pas encore remise",
                f"task {seat.current.place} is not handed in yet",
            ),
            "grader submit",
        )
    if seat.state not in {SeatState.WAITING, SeatState.WORKING}:
        raise refusal(
            seat, Bilingual("aucune tâche ne peut commencer maintenant", "no task can be begun now")
        )
    if seat.coming is None:
        raise refusal(seat, _NO_TASK)


def begin(seat: Seat, now: Moment, at: str) -> Seat:
    """The candidate begins the next task."""
    require_beginnable(seat)
    task = _coming(seat)
    seat = _task(seat, task, TaskState.WORKING, begun_at=at)
    return _wound(seat if seat.state is SeatState.WORKING else _to(seat, SeatState.WORKING), now)


def hand_in(seat: Seat, by: ClosedBy, now: Moment, at: str) -> Seat:
    """The task that is worked on is closed, and will be judged as it is."""
    task = seat.current
    if task is None or task.state is not TaskState.WORKING:
        raise refusal(
            seat,
            Bilingual("aucune tâche n’est en cours", "no task is being worked on"),
            "grader next",
        )
    if by is ClosedBy.CANDIDATE and seat.state is not SeatState.WORKING:
        raise refusal(
            seat,
            Bilingual(
                "l’horloge est arrêtée, rien ne peut être remis",
                "the clock stands, and nothing can be handed in",
            ),
        )
    late = max(-seat.task_left_s(now), 0.0)
    if late > 0 and by is ClosedBy.CANDIDATE:
        by = ClosedBy.TIME
    # What came after the deadline is told apart: it is nobody's working time.
    used = Stopwatch(max(task.watch.used(now) - late, 0.0))
    whole = Stopwatch(max(seat.watch.used(now) - late, 0.0))
    closed = {"watch": used, "closed_by": by, "late_s": late, "closed_at": at}
    return _wound(replace(_task(seat, task, TaskState.JUDGING, **closed), watch=whole), now)


def judged(seat: Seat, now: Moment) -> Seat:
    """The closed task has its result; after the last one the practical part is over."""
    seat = _task(seat, _judging(seat), TaskState.JUDGED)
    if seat.coming is None and seat.state is not SeatState.OVER:
        seat = _to(seat, SeatState.OVER)
    return _wound(seat, now)


def handed_back(seat: Seat, now: Moment) -> Seat:
    """Judging ended in an error of ours: the candidate, who has time left, goes on."""
    if seat.state in {SeatState.OVER, SeatState.FINISHED}:
        raise refusal(
            seat,
            Bilingual(
                "plus personne ne peut travailler à une tâche", "nobody can work on a task any more"
            ),
        )
    again = {"closed_by": ClosedBy.NOBODY, "closed_at": "", "late_s": 0.0}
    return _wound(_task(seat, _judging(seat), TaskState.WORKING, **again), now)


def pause(seat: Seat, now: Moment) -> Seat:
    """All clocks of the candidate stand."""
    return _wound(_to(seat, SeatState.PAUSED), now)


def go_on(seat: Seat, now: Moment) -> Seat:
    """After a pause or a fault: the clocks go on."""
    if seat.state not in {SeatState.PAUSED, SeatState.HALTED}:
        raise refusal(seat, Bilingual("son horloge n’est pas arrêtée", "its clock does not stand"))
    return _wound(_to(seat, SeatState.WORKING), now)


def halt(seat: Seat, seen: Moment, now: Moment) -> Seat:
    """The grader or the cluster is at fault since `seen`, when the candidate could last work.

    The time since then was written down as used, perhaps several times; it is given back.
    """
    halted = _to(seat, SeatState.HALTED)
    back = Stopwatch(0.0, seen).used(now) if seat.watch.at else 0.0
    earlier = _each(halted, lambda w: Stopwatch(max(w.used(now) - back, 0.0)) if w.at else w)
    credit = Stopwatch(seat.credit.used(now) + back)
    return _wound(replace(earlier, credit=credit), now)


def anew(seat: Seat, now: Moment) -> Seat:
    """The sandbox of the task is lost by our fault: the candidate gets another one, and all of its time."""
    task = seat.current
    if seat.state is not SeatState.HALTED or task is None or task.state is not TaskState.WORKING:
        raise refusal(
            seat,
            Bilingual("aucune de ses tâches n’est à refaire", "no task of it has to be done anew"),
        )
    lost = task.watch.used(now)
    again = {"attempt": "", "watch": Stopwatch(), "begun_at": ""}
    seat = _to(_task(seat, task, TaskState.PENDING, **again), SeatState.WORKING)
    # What the lost work took is given back to the whole too.
    watch = Stopwatch(max(seat.watch.used_s - lost, 0.0), seat.watch.at)
    credit = Stopwatch(seat.credit.used_s + lost, seat.credit.at)
    return _wound(replace(seat, watch=watch, credit=credit), now)


def extend(seat: Seat, seconds: int, now: Moment, *, every_task: bool = False) -> Seat:
    """More time: for the task that is worked on, else for the next one; or for all that are not closed."""
    task = seat.current
    if task is None or task.state is TaskState.JUDGING:
        task = seat.coming
    if task is None or seat.state in {SeatState.OVER, SeatState.FINISHED}:
        raise refusal(
            seat,
            Bilingual("il ne reste aucune tâche à prolonger", "no task is left to give time for"),
        )
    if task.state is TaskState.WORKING and seat.task_left_s(now) <= 0:
        raise refusal(
            seat,
            Bilingual(
                f"le temps de la tâche {task.place} est écoulé",
                f"the time of task {task.place} is over",
            ),
        )
    given = tuple(
        replace(other, extra_s=other.extra_s + seconds)
        if other.place == task.place or (every_task and other.state in AHEAD)
        else other
        for other in seat.tasks
    )
    return _wound(replace(seat, tasks=given), now)


def extend_theory(seat: Seat, seconds: int) -> Seat:
    """More time for the theory paper, whether it is begun or not."""
    if seat.state is SeatState.FINISHED:
        raise refusal(
            seat, Bilingual("plus aucun temps ne peut être donné", "no time can be given any more")
        )
    return replace(seat, theory_extra_s=seat.theory_extra_s + seconds)


def close(seat: Seat, by: ClosedBy, now: Moment, at: str) -> Seat:
    """The practical part ends: the task at hand is closed as it is, those that were not begun are skipped."""
    if seat.current and seat.current.state is TaskState.WORKING:
        seat = hand_in(seat, by, now, at)
    for task in seat.tasks:
        if task.state in AHEAD:
            seat = _task(seat, task, TaskState.SKIPPED, closed_by=by, closed_at=at)
    return _wound(_to(seat, SeatState.OVER), now)


def finish(seat: Seat, now: Moment) -> Seat:
    """All is judged and handed in: nothing of the exam can change any more."""
    if seat.current:
        raise refusal(
            seat,
            Bilingual(
                f"la tâche {seat.current.place} n’est pas encore corrigée",
                f"task {seat.current.place} is not judged yet",
            ),
        )
    return _wound(_to(seat, SeatState.FINISHED), now)


def with_paper(seat: Seat, paper: str) -> Seat:
    """The theory paper of this id is the candidate's, unless there is one already."""
    return seat if seat.paper else replace(seat, paper=paper)


def tick(seat: Seat, now: Moment) -> Seat:
    """Write the time down.

    A machine that was started anew in the meantime took every sandbox along: since the last time that
    was written down nobody could work, so the exam is halted as of then.
    """
    running = seat.watch.at
    if running and running.boot != now.boot:
        return halt(seat, running, now)
    return _each(seat, lambda watch: watch.written_down(now))


def _coming(seat: Seat, attempt: str | None = None) -> SeatTask:
    if seat.coming is None:
        raise refusal(seat, _NO_TASK)
    if attempt not in {None, seat.coming.attempt}:
        raise refusal(
            seat,
            Bilingual(
                f"la tentative {attempt} n’est pas celle de la tâche {seat.coming.place}",
                f"attempt {attempt} is not the one of task {seat.coming.place}",
            ),
        )
    return seat.coming


def _judging(seat: Seat) -> SeatTask:
    if seat.current is None or seat.current.state is not TaskState.JUDGING:
        raise refusal(
            seat, Bilingual("aucune tâche n’est en correction", "no task is being judged")
        )
    return seat.current


def _to(seat: Seat, state: SeatState) -> Seat:
    if state not in SEAT_TRANSITIONS[seat.state]:
        to = SEAT_WORDS[state]
        why = Bilingual(f"il ne peut pas passer à « {to.fr} »", f"it can't become {to.en}")
        raise refusal(seat, why)
    return replace(seat, state=state)


def _task(seat: Seat, task: SeatTask, state: TaskState, **changed: Any) -> Seat:
    if state not in TASK_TRANSITIONS[task.state]:
        why = Bilingual(
            f"la tâche {task.place} ({task.state.value}) ne peut pas passer à « {state.value} »",
            f"task {task.place} is {task.state.value}, it can't become {state.value}",
        )
        raise refusal(seat, why)
    after = replace(task, state=state, **changed)
    return replace(seat, tasks=tuple(after if t.place == task.place else t for t in seat.tasks))


def _wound(seat: Seat, now: Moment) -> Seat:
    """Each clock running or standing, as the states have it."""
    works = seat.state is SeatState.WORKING
    task, coming = seat.current, seat.coming
    between = works and task is None and coming is not None
    ready = coming is not None and coming.state is TaskState.PREPARED
    at_work = works and task is not None and task.state is TaskState.WORKING
    tasks = tuple(
        replace(t, watch=_set(t.watch, t.state is TaskState.WORKING and works, now))
        for t in seat.tasks
    )
    return replace(
        seat,
        tasks=tasks,
        watch=_set(seat.watch, at_work or (between and ready), now),
        credit=_set(seat.credit, seat.state is SeatState.HALTED or (between and not ready), now),
    )


def _set(watch: Stopwatch, runs: bool, now: Moment) -> Stopwatch:
    return watch.started(now) if runs else watch.stopped(now)


def _each(seat: Seat, change: Callable[[Stopwatch], Stopwatch]) -> Seat:
    tasks = tuple(replace(task, watch=change(task.watch)) for task in seat.tasks)
    return replace(seat, tasks=tasks, watch=change(seat.watch), credit=change(seat.credit))
