"""The process that keeps a session's time answers candidates' commands."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.exam.sessions import asking
from grader.exam.sessions.answering import answering
from grader.exam.sessions.asking import NEXT, SOCKET, TASK, Told, address, ask
from grader.exam.sessions.control import pause_seat
from grader.exam.sessions.keeper import Keeper
from grader.exam.sessions.processes import main
from grader.model.phase import PhaseLog
from grader.model.session import Seat, SeatState, TaskState

from .held import Held


def _asked(held: Held, what: str, code: str = "") -> Told | None:
    """Ask a process that answers."""
    with answering(held.around, held.session):
        return ask(held.around, what, code or held.code)


def test_next(held: Held) -> None:
    """A task that is prepared is begun, and comes back with the seat as it is stored and what the candidate reads."""
    held.prepare()
    held.hands.on(30)
    told = _asked(held, NEXT)
    assert told is not None
    assert told.seat == held.seat
    assert (told.seat.state, told.seat.task_left_s(held.hands())) == (SeatState.WORKING, 600)
    assert "Deploy it." in told.text.statement.en


def test_task(held: Held) -> None:
    """The task at hand is told, also in a pause."""
    held.begin()
    told = _asked(held, TASK)
    assert told is not None
    assert told.seat == held.seat
    pause_seat(held.around, held.code, "", PhaseLog())
    told = _asked(held, TASK)
    assert told is not None
    assert told.seat.state is SeatState.PAUSED


def _nothing(held: Held) -> None:
    """Nothing was prepared, but a process tried to."""
    (held.around.folder_of_session(held.session) / held.code).mkdir(parents=True)


def _lost(held: Held) -> None:
    held.lose(held.prepare().tasks[0].attempt)


def _late(held: Held) -> None:
    held.begin()
    held.prepare()
    held.hands.on(600)


def _paused(held: Held) -> None:
    held.begin()
    pause_seat(held.around, held.code, "", PhaseLog())


@pytest.mark.parametrize(
    ("before", "what"),
    [
        (_nothing, NEXT),
        (_nothing, TASK),
        (_lost, NEXT),
        (_late, NEXT),
        (_late, TASK),
        (_paused, NEXT),
        (Held.begin, NEXT),
        (Held.begin, "rm"),
    ],
)
def test_left_to_the_command(held: Held, before: Callable[[Held], Seat | None], what: str) -> None:
    """Where a sandbox is to be made, work to be judged, or a refusal to be told, nothing is changed, and the command does it."""
    before(held)
    seat = held.seat
    assert _asked(held, what) is None
    assert held.seat == seat


def test_nobody_answers(held: Held) -> None:
    """Where the process does not run, died, or is of another version, or the code is none, the command does it by itself."""
    held.prepare()
    folder = held.around.folder_of_session(held.session)
    assert ask(held.around, NEXT, held.code) is None
    descriptor = os.open(folder, os.O_PATH)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(address(descriptor))
    os.close(descriptor)
    assert ask(held.around, NEXT, held.code) is None
    with answering(held.around, held.session), pytest.MonkeyPatch.context() as patched:
        patched.setattr(asking, "__version__", "0.0.0")
        assert ask(held.around, NEXT, held.code) is None
    for code in ("nobody", "..", "*"):
        assert _asked(held, NEXT, code) is None
    assert held.seat.tasks[0].state is TaskState.PREPARED


def test_nonsense(held: Held, capfd: pytest.CaptureFixture[str]) -> None:
    """A question that can't be read is not answered, and the next one is; nothing is written about it."""
    held.prepare()
    folder = os.open(held.around.folder_of_session(held.session), os.O_PATH)
    with answering(held.around, held.session):
        for question in (b"nonsense\n", b"[]\n", b"{}\n", b"x" * 2000 + b"\n", b""):
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(address(folder))
                connection.sendall(question)
                connection.shutdown(socket.SHUT_WR)
                assert connection.recv(100) == b""
        assert ask(held.around, NEXT, held.code) is not None
    os.close(folder)
    assert capfd.readouterr().err == ""


def test_long_home(tmp_path: Path) -> None:
    """A home whose path is longer than a socket's address can be is none the worse."""
    held = Held(tmp_path / ("long" * 30))
    held.prepare()
    assert _asked(held, NEXT) is not None


def test_kept_time_answers(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that keeps a session's time answers as long as it runs, and leaves no socket behind."""
    held.prepare()
    told: list[Told | None] = []

    def look(keeper: Keeper) -> bool:
        told.append(ask(keeper.around, NEXT, held.code))
        return False

    monkeypatch.setattr(Keeper, "look", look)
    assert main([held.session], replace(held.around)) == 0
    assert told[0] is not None
    assert not (held.around.folder_of_session(held.session) / SOCKET).exists()
