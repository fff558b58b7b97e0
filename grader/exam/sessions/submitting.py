"""Hands in whatever work is meant: a task of a session, or an attempt outside any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.exam.attempts.submit import Handed, latest_result, submit
from grader.exam.sessions.at_hand import at_hand, handed_in_last, seat_code
from grader.exam.sessions.hand_in import hand_task_in
from grader.model.session import Seat

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings
    from grader.model.phase import PhaseLog


def submit_at_hand(
    around: Surroundings, word: str | None, log: PhaseLog
) -> tuple[Handed, Seat | None]:
    """Judge the work and store the result; where it was handed in before, return the first result.

    Args:
        around: Where it is looked for.
        word: An attempt's id, or an exam's code; None for what this terminal has joined, or the only attempt.
        log: Shows the judging.

    Returns:
        The result, and the seat as it stands after it; None outside any session.
    """
    code = seat_code(around, word)
    last = handed_in_last(around, code, log) if code else None
    if code and last:
        return _told_again(around, last.id), around.sessions.seat(code)
    hand = at_hand(around, word, log)
    if hand.seat is None:
        return submit(around, hand.attempt.id, log), None
    task = hand.seat.current
    if task is None or task.attempt != hand.attempt.id:
        # Closed: even one without a verdict takes no more work.
        return _told_again(around, hand.attempt.id), hand.seat
    handed = hand_task_in(around, hand.seat.code, log)
    around.keep(hand.seat.session)
    return handed, around.sessions.seat(hand.seat.code)


def _told_again(around: Surroundings, attempt_id: str) -> Handed:
    return Handed(latest_result(around, attempt_id), first=False)
