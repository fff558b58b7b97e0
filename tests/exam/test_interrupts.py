"""Signals that end a command."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from grader.exam.interrupts import Interrupted, Interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_first_raises_and_names_itself(number: signal.Signals) -> None:
    """The first signal raises an interrupt that knows which signal it was."""
    with pytest.raises(Interrupted) as caught, Interrupts(lambda _message: None):
        os.kill(os.getpid(), number)
    assert caught.value.name == number.name


def test_second_only_speaks() -> None:
    """Signals after the first don't raise: the person is asked to wait."""
    said: list[str] = []
    with Interrupts(said.append):
        with pytest.raises(Interrupted):
            os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
    assert len(said) == 1


def test_swallowed_one_is_raised_again() -> None:
    """A signal whose exception somebody swallowed can be raised at the next good moment."""
    with Interrupts(lambda _message: None) as interrupts:
        interrupts.raise_if_received()
        with pytest.raises(Interrupted):
            os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Interrupted):
            interrupts.raise_if_received()


def test_shielded() -> None:
    """Behind the shield not even the first signal raises."""
    said: list[str] = []
    with Interrupts(said.append) as interrupts:
        interrupts.shield()
        os.kill(os.getpid(), signal.SIGINT)
    assert said


def test_given_back() -> None:
    """Afterwards the signals do what they did before."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Interrupts(lambda _message: None):
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_ignored_stays_ignored() -> None:
    """A signal that the parent had ignored, as nohup does, stays ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts(lambda _message: None):
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_other_threads() -> None:
    """Outside the main thread it does nothing, and does not fail."""
    failed: list[BaseException] = []

    def enter() -> None:
        try:
            with Interrupts(lambda _message: None):
                pass
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert not failed
