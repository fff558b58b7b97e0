"""Waiting is asking."""

from __future__ import annotations

import threading

from grader.sandbox.waiting import wait_until


def test_a_yes_at_once_is_taken_at_once() -> None:
    """Who already has what he waits for does not wait, even with no time to."""
    answers = iter([True])
    assert wait_until(lambda: next(answers), timeout_s=0)


def test_the_question_is_repeated() -> None:
    """A no is asked again until it is a yes."""
    answers = iter([False, False, True])
    assert wait_until(lambda: next(answers), timeout_s=30, pause_s=0)


def test_time_ends_it() -> None:
    """Nobody waits for ever: the answer is then no, after having asked at least once."""
    asked: list[int] = []

    def no() -> bool:
        asked.append(1)
        return False

    assert not wait_until(no, timeout_s=0.02, pause_s=0.005)
    assert len(asked) >= 2


def test_an_order_ends_it() -> None:
    """Setting `stop` ends the waiting long before its time."""
    stop = threading.Event()

    def no() -> bool:
        stop.set()
        return False

    assert not wait_until(no, timeout_s=3600, pause_s=3600, stop=stop)
