"""Ending programs: all of them, and no other."""

from __future__ import annotations

import os
import subprocess
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.sandbox import process
from grader.sandbox.process import Cancelled, Commands, Output
from grader.sandbox.waiting import wait_until

from .programs import running

_STAY = "tail -f /dev/null"
_STUBBORN = (
    f'sh -c "trap \\"\\" TERM; echo \\$\\$ >&2; echo ready >&2; exec {_STAY} >/dev/null 2>&1"'
)


@dataclass
class _Watched:
    """A program in a thread that tells process ids, one a line, then "ready"."""

    commands: Commands
    script: str
    timeout_s: float = 60
    pids: list[int] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    def start(self, pool: ThreadPoolExecutor) -> Future[Output]:
        future = pool.submit(
            self.commands.run,
            ["/bin/sh", "-c", self.script],
            timeout_s=self.timeout_s,
            on_line=self._line,
        )
        assert self.ready.wait(30)
        return future

    def _line(self, line: str) -> None:
        if line == "ready":
            self.ready.set()
        elif line.isdigit():
            self.pids.append(int(line))


@pytest.fixture
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs are asked politely for a moment only."""
    monkeypatch.setattr(process, "_GRACE_S", 0.2)


def test_cancel_ends_the_program_its_children_and_theirs() -> None:
    """Calling an operation off ends whole families, and says Cancelled to who waits."""
    family = f"sh -c '{_STAY} & echo $! >&2; echo $$ >&2; wait' & echo $$ >&2; wait"
    watched = _Watched(Commands(), f"({family}) & echo $! >&2; {_STAY} & echo ready >&2; wait")
    with ThreadPoolExecutor(1) as pool:
        future = watched.start(pool)
        assert wait_until(lambda: len(watched.pids) == 4, timeout_s=30)
        watched.commands.cancel()
        with pytest.raises(Cancelled):
            future.result(30)
    assert not [pid for pid in watched.pids if running(pid)]


@pytest.mark.usefixtures("short_grace")
def test_a_child_that_ignores_the_polite_signal_does_not_survive() -> None:
    """Who waits is told that it was called off once a child that ignores SIGTERM was killed too."""
    watched = _Watched(Commands(), f"{_STUBBORN} & wait")
    with ThreadPoolExecutor(2) as pool:
        future = watched.start(pool)
        cancelled = pool.submit(watched.commands.cancel)
        with pytest.raises(Cancelled):
            future.result(30)
        assert not running(watched.pids[0])
        cancelled.result(30)


@pytest.mark.usefixtures("short_grace")
def test_time_that_is_over_ends_children_too() -> None:
    """A program that took too long is over once no child of it is left, also where it goes first."""
    watched = _Watched(Commands(), f"{_STUBBORN} & exec {_STAY}", timeout_s=0.5)
    with ThreadPoolExecutor(1) as pool:
        assert watched.start(pool).result(30).exit_code == 124
    assert not running(watched.pids[0])


@pytest.mark.usefixtures("short_grace")
def test_a_child_in_another_session_that_holds_the_output_does_not_hold_us() -> None:
    """A program's end by the clock is an end, even where a daemon that it left holds its output open."""
    watched = _Watched(
        Commands(), f"setsid {_STAY} & echo $! >&2; echo ready >&2; exit 0", timeout_s=0.5
    )
    with ThreadPoolExecutor(1) as pool:
        output = watched.start(pool).result(30)
    try:
        assert output.exit_code == 124
    finally:
        os.kill(watched.pids[0], 9)


def test_nothing_is_started_once_it_is_called_off(tmp_path: Path) -> None:
    """After the operation was called off no program is started any more."""
    commands = Commands()
    commands.require_wanted("before")
    commands.cancel()
    with pytest.raises(Cancelled):
        commands.run(["/usr/bin/touch", tmp_path / "started"])
    assert not list(tmp_path.iterdir())
    with pytest.raises(Cancelled, match="waiting"):
        commands.require_wanted("waiting")


def test_calling_one_operation_off_leaves_the_others_alone() -> None:
    """Programs of another operation go on."""
    other = _Watched(Commands(), f"echo $$ >&2; echo ready >&2; exec {_STAY}")
    with ThreadPoolExecutor(1) as pool:
        future = other.start(pool)
        Commands().cancel()
        assert running(other.pids[0])
        other.commands.cancel()
        with pytest.raises(Cancelled):
            future.result(30)


def test_programs_live_in_sessions_of_their_own() -> None:
    """Ctrl-C at the terminal does not reach a program: its session and group are its own."""
    script = (
        "read pid name state parent group session rest < /proc/$$/stat; echo $$ $group $session"
    )
    pid, group, session = Commands().run(["/bin/sh", "-c", script]).text.split()
    assert pid == group == session
    assert int(session) != os.getsid(0)


def test_an_interrupt_while_waiting_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the grader goes up as it is, after the program was ended."""
    pids: list[int] = []

    def interrupted(started: subprocess.Popen[bytes], _data: bytes) -> None:
        pids.append(started.pid)
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "_feed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Commands().run(["tail", "-f", "/dev/null"], stdin=b"x")
    assert not running(pids[0])
