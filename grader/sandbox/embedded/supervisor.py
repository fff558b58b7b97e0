"""Keeps the programs of one embedded sandbox alive, and takes them along when it ends.

A process of its own, because `grader start` ends long before the sandbox does:

    python -m grader.sandbox.embedded.supervisor PROGRAMS.json

Every program dies with it, however it dies (the kernel's parent-death signal), so that ending this one process,
found again by its number and its start time, ends the sandbox. A program that dies by itself is started again; one that
dies soon does so a few times only, then the sandbox is given up as a whole, which shows as gone, instead of answering wrongly.

Little of Python's own library is imported here, as each module takes memory for as long as the sandbox lives.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress

from grader.sandbox.bound import bound

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

ON_PURPOSE = signal.SIGUSR1
"""What a supervisor is told before one of its programs is ended on purpose."""
GIVEN_UP = "does not stay alive: the sandbox ends"
"""What the supervisor's log says of a program, after its name."""

# Whoever waits in vain for a slow API server gives up after ten seconds: that is no short life, and no fault of its own.
_SHORT_LIFE_S = 5.0
_MOST_SHORT_LIVES = 4
_MOST_STARTS = 20
_PORT_LOOK_S = 0.02
# As long as every program lives it has nothing to look at.
_IDLE_S = 60.0


class _Program:
    """One program.

    Args:
        name: What its log is called after.
        argv: The program and its arguments.
        environment: All of its environment.
        after_port: Begin when something listens at this port of the loopback; 0 for at once.
        after_file: Begin when this file is there, too; "" for none.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        environment: Mapping[str, str],
        after_port: int = 0,
        after_file: str = "",
    ) -> None:
        self.name = name
        self.argv = argv
        self.environment = environment
        self.after_port = after_port
        self.after_file = after_file
        self.starts = 0
        self.began = 0.0
        self.short_lives = 0
        self.process: subprocess.Popen[bytes] | None = None


def main(path: str) -> int:
    """Run the programs of a file until told to end (0), or until one of them can't be kept alive (1)."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib takes half a megabyte
        words = json.load(file)
    programs = [_Program(**word) for word in words["programs"]]
    return _Supervisor(words["folder"], words["logs"], programs).run()


class _Supervisor:
    def __init__(self, folder: str, logs: str, programs: Sequence[_Program]) -> None:
        self._folder = folder
        self._logs = logs
        self._programs = programs
        self._ended = False

    def run(self) -> int:
        wakeup, sender = socket.socketpair()
        wakeup.setblocking(False)
        sender.setblocking(False)
        signal.set_wakeup_fd(sender.fileno())
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)
        signal.signal(ON_PURPOSE, self._forget)
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(wakeup, selectors.EVENT_READ)
                return self._keep(selector, wakeup)
        finally:
            self._kill_all()

    def _keep(self, selector: selectors.BaseSelector, wakeup: socket.socket) -> int:
        while not self._ended:
            waiting = False
            for program in self._programs:
                if program.process is not None and program.process.poll() is None:
                    continue
                if not program.starts and not _may_begin(program):
                    waiting = True
                elif _is_given_up(program):
                    self._note(f"{program.name} {GIVEN_UP}")
                    return 1
                else:
                    self._start(program)
            selector.select(_PORT_LOOK_S if waiting else _IDLE_S)
            with suppress(BlockingIOError):
                wakeup.recv(4096)
        return 0

    def _start(self, program: _Program) -> None:
        if program.process is not None:
            self._note(f"{program.name} ended with {program.process.returncode}, starting it again")
        program.starts += 1
        program.began = time.monotonic()
        log = f"{self._logs}/{program.name}.log"
        program.process = bound(program.argv, program.environment, log, self._folder)

    def _end(self, _number: int, _frame: object) -> None:
        self._ended = True

    def _forget(self, _number: int, _frame: object) -> None:
        """Somebody ends a program on purpose: how often each was started says nothing any more."""
        for program in self._programs:
            program.starts = min(program.starts, 1)
            program.short_lives = 0

    def _kill_all(self) -> None:
        # Nothing of theirs is worth keeping: the polite way takes seconds.
        living = [p.process for p in self._programs if p.process is not None]
        for process in living:
            process.kill()
        for process in living:
            process.wait()

    def _note(self, text: str) -> None:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        os.write(2, f"{stamp} {text}\n".encode())


def _is_given_up(program: _Program) -> bool:
    """Whether a program that has just ended is not started again."""
    if program.starts and time.monotonic() - program.began < _SHORT_LIFE_S:
        program.short_lives += 1
    return program.short_lives >= _MOST_SHORT_LIVES or program.starts >= _MOST_STARTS


def _may_begin(program: _Program) -> bool:
    if program.after_file and not os.path.exists(program.after_file):  # noqa: PTH110 - as above
        return False
    return not program.after_port or _listens(program.after_port)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
