"""A session as a process of its own, which can be had to kill itself at any commit or file.

Whatever the process before it left, this one goes on from there, to the signed result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.exam.sessions.control import finish_seat
from grader.exam.sessions.hand_in import hand_task_in
from grader.exam.sessions.paper import take_paper
from grader.exam.sessions.prepare import prepare_next
from grader.exam.sessions.result import result_of_seat
from grader.exam.sessions.start import start_session
from grader.exam.sessions.take import begin_next
from grader.model.phase import PhaseLog
from grader.model.session import SeatState, TaskState
from tests.exam.exam_driver import Candidate, kill_at

from .held import exam_surroundings, order, work

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.session import Seat

ANSWERED = 3


@dataclass
class Session(Candidate):
    """A process that holds a session for one candidate."""

    def taken(self) -> str:
        """Take it, from wherever it stands to its end; the signed result."""
        around = exam_surroundings(self.folder)
        around.database  # noqa: B018 - its making is not what is killed here
        kill_at(self.moment, self.number)
        if not around.sessions.all():
            start_session(around, order(self.folder, "Zoé"))
        (session,) = around.sessions.all()
        (seat,) = around.sessions.seats(session.id)
        while seat.state is not SeatState.FINISHED:
            _go_on(around, seat)
            seat = around.sessions.seat(seat.code)
        return result_of_seat(around, seat).signed


def _go_on(around: Surroundings, seat: Seat) -> None:
    if seat.current:
        # As the keeper does meanwhile.
        prepare_next(around, seat.code, PhaseLog())
        if seat.current.state is TaskState.WORKING:
            work(around, seat)
        hand_task_in(around, seat.code, PhaseLog())
    elif seat.coming:
        begin_next(around, seat.code, PhaseLog())
    else:
        if seat.state is SeatState.OVER:
            sitting = take_paper(around, seat.code)
            for question in sitting.paper.questions[:ANSWERED]:
                if question.id not in sitting.paper.answers and sitting.left_s:
                    sitting = sitting.answer(question.id, question.right)
        finish_seat(around, seat.code, PhaseLog())
