"""The end of an exam while other processes are at work for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.exam import owner
from grader.exam.sessions.control import PATIENCE_S, finish_seat
from grader.model.phase import PhaseLog
from grader.model.session import SeatState, TaskState
from tests.exam.test_owner import holder

from .held import Held


def test_waits_for_a_judging(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that another process judges now is waited for, the person reads for which, and the exam ends with its result."""
    attempt = held.begin().tasks[0].attempt
    held.work()
    process = holder(held.around.folder_of(attempt))
    said: list[str] = []
    monkeypatch.setattr("grader.exam.sessions.control.PATIENCE_S", 10.0)

    def say(message: str) -> None:
        said.append(message)
        process.communicate()

    seat = finish_seat(replace(held.around, say=say), held.code, PhaseLog())
    assert said == [f"waiting for process {process.pid} (submit), at work on attempt {attempt}"]
    assert (seat.state, seat.tasks[0].state) == (SeatState.FINISHED, TaskState.JUDGED)
    assert held.containers() == []


def test_patient(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever judges or clears on a busy machine is waited for longer than a single attempt's command waits."""
    held.begin()
    waits: list[tuple[str, float]] = []
    real = owner.at_work

    @contextmanager
    def noted(folder: Path, doing: str, **how: Any) -> Iterator[None]:
        waits.append((doing, how["patience_s"]))
        with real(folder, doing, **how):
            yield

    monkeypatch.setattr("grader.exam.attempts.submit.at_work", noted)
    monkeypatch.setattr("grader.exam.attempts.stop.at_work", noted)
    finish_seat(held.around, held.code, PhaseLog())
    assert waits == [("submit", PATIENCE_S), ("stop", PATIENCE_S)]
    assert PATIENCE_S > owner.PATIENCE_S
