"""The one place that starts programs: with a deadline, a clear failure, and an end that can be ordered.

Programs run in a session of their own, so Ctrl-C at the terminal reaches the grader alone, which then
ends what it started in an order of its choosing instead of every program dying at once.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from errno import EACCES, ENOENT, ENOEXEC, ENOTDIR, EPERM
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import IO, NoReturn

from grader.model.errors import Code, GraderError
from grader.sandbox.environment import own_environment
from grader.sandbox.faults import fault_in, faults_named
from grader.sandbox.waiting import wait_until

_GRACE_S = 3.0
# The kernel's time to take away what was killed, on a machine that is busy.
_KILLED_S = 30.0
_LOOK_S = 0.1
_END_LOOK_S = 0.01
_PIECE = 1 << 16
_TAIL_LINES = 15


class Cancelled(Exception):  # noqa: N818 - it is not an error: somebody ordered it
    """The program was ended, or not started, because the whole operation was called off."""


@dataclass(frozen=True)
class Output:
    """What a finished program left.

    Attributes:
        command: What was run, as it can be pasted into a shell.
        exit_code: Its exit code; negative for the signal that ended it.
        stdout: Standard output, bytes.
        stderr: Standard error, text.
    """

    command: str
    exit_code: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.stdout.decode(errors="replace")

    def checked(self, code: Code = Code.INTERNAL, *, hint: str | None = None) -> Output:
        """Itself if the program exited with 0, else raises GraderError with the command and its last words."""
        if self.exit_code == 0:
            return self
        raise failure(self, code, hint=hint)


def failure(output: Output, code: Code, *, hint: str | None = None) -> GraderError:
    """The error for a program that failed: the command to paste, and the end of what it said."""
    said = "\n".join((output.stderr.strip() or output.text.strip()).splitlines()[-_TAIL_LINES:])
    fault = fault_in(f"{output.stderr}\n{said}")
    if fault is not None:
        code, hint = fault.code, fault.hint
    return GraderError(
        code,
        f"a command failed with exit code {output.exit_code}",
        where=output.command,
        hint=hint,
        detail=said,
    )


@dataclass
class Commands:
    """Runs programs on behalf of one operation.

    Args:
        environment: Variables added to this process's environment; None values are left out.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    _running: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _cancelled: bool = False

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        stdin: bytes | IO[bytes] | None = None,
        timeout_s: float = 120,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        on_line: Callable[[str], None] | None = None,
    ) -> Output:
        """Run a program to its end.

        Args:
            argv: The program and its arguments.
            stdin: Bytes or an open file for its standard input; nothing by default.
            timeout_s: Seconds after which it is ended; that is a failure with exit code 124.
            cwd: Its working folder.
            environment: More variables, for this program only.
            on_line: Called with each line of standard error as it comes (progress).

        Raises:
            Cancelled: The operation was called off.
            GraderError: The program does not exist or may not be started.
        """
        command = shlex.join(str(word) for word in argv)
        process = self._start(argv, command, stdin=stdin, cwd=cwd, environment=environment)
        errors: list[str] = []
        pieces: list[bytes] = []
        # Both outputs are emptied while input is fed, so that neither side waits for the other.
        readers = [
            threading.Thread(target=_read_lines, args=(process, errors, on_line), daemon=True),
            threading.Thread(target=_read_pieces, args=(process, pieces), daemon=True),
        ]
        for reader in readers:
            reader.start()
        timed_out = threading.Event()
        timer = threading.Timer(timeout_s, _time_out, args=(process, timed_out))
        timer.daemon = True
        timer.start()
        try:
            if isinstance(stdin, bytes):
                _feed(process, stdin)
            exit_code = process.wait()
            # A child that outlives the program may hold its output open: until the time is over.
            while readers[1].is_alive() and not (timed_out.is_set() or self._cancelled):
                readers[1].join(_LOOK_S)
            if timed_out.is_set() or self._cancelled:
                # Another thread ends the whole family, of which the program itself is the first to go.
                wait_until(
                    lambda: _all_ended(process), timeout_s=_GRACE_S + _KILLED_S, pause_s=_END_LOOK_S
                )
        except BaseException:
            _end(process)
            raise
        finally:
            timer.cancel()
            for reader in readers:
                reader.join(_GRACE_S)
            with self._lock:
                self._running.discard(process)
        if self._cancelled:
            raise Cancelled(command)
        if timed_out.is_set():
            errors.append(f"ended after {timeout_s:g} s")
            exit_code = 124
        return Output(command, exit_code, b"".join(pieces), "\n".join(errors))

    def require_wanted(self, what: str) -> None:
        """Raise Cancelled if the operation was called off; for waiting between programs."""
        if self._cancelled:
            raise Cancelled(what)

    def cancel(self) -> None:
        """End every program that runs and refuse to start another."""
        with self._lock:
            self._cancelled = True
            running = list(self._running)
        for process in running:
            _end(process)

    def _start(
        self,
        argv: Sequence[str | Path],
        command: str,
        *,
        stdin: bytes | IO[bytes] | None,
        cwd: Path | None,
        environment: Mapping[str, str] | None,
    ) -> subprocess.Popen[bytes]:
        source: int | IO[bytes] = subprocess.DEVNULL
        if isinstance(stdin, bytes):
            source = subprocess.PIPE
        elif stdin is not None:
            source = stdin
        with self._lock:
            if self._cancelled:
                raise Cancelled(command)
            try:
                process = subprocess.Popen(  # noqa: S603 - argument lists only, never a shell
                    [str(word) for word in argv],
                    stdin=source,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    cwd=cwd,
                    env={**own_environment(), **self.environment, **(environment or {})},
                    start_new_session=True,
                )
            except OSError as error:
                with faults_named():
                    _refuse(error, command)
            self._running.add(process)
            return process


def interactive(argv: Sequence[str | Path], environment: Mapping[str, str]) -> int:
    """Give this terminal to a program until it ends; its exit code."""
    return subprocess.call(  # noqa: S603 - argument lists only
        [str(word) for word in argv], env={**own_environment(), **environment}
    )


def detached(
    argv: Sequence[str | Path], environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Start a program that the caller ends; its output goes to a file."""
    with log.open("ab") as sink:
        return subprocess.Popen(  # noqa: S603 - argument lists only
            [str(word) for word in argv],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            env={**own_environment(), **environment},
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program that `detached` started: politely, then for certain."""
    _end(process)


def _refuse(error: OSError, command: str) -> NoReturn:
    if error.errno in {ENOENT, EACCES, EPERM, ENOTDIR, ENOEXEC}:
        raise GraderError(
            Code.TOOL_MISSING,
            f"a program can't be started: {error.strerror}",
            where=command,
        ) from error
    raise error


def _read_pieces(process: subprocess.Popen[bytes], pieces: list[bytes]) -> None:
    assert process.stdout is not None  # noqa: S101 - we asked for a pipe
    while piece := os.read(process.stdout.fileno(), _PIECE):
        pieces.append(piece)


def _read_lines(
    process: subprocess.Popen[bytes], lines: list[str], on_line: Callable[[str], None] | None
) -> None:
    assert process.stderr is not None  # noqa: S101 - we asked for a pipe
    for raw in process.stderr:
        line = raw.decode(errors="replace").rstrip("\n")
        lines.append(line)
        if on_line is not None:
            on_line(line)


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - we asked for a pipe
    with suppress(BrokenPipeError):
        process.stdin.write(data)
    with suppress(BrokenPipeError):
        process.stdin.close()


def _time_out(process: subprocess.Popen[bytes], flag: threading.Event) -> None:
    flag.set()
    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    # The program leads its own session: its group is it and its children, nothing else's. A child may
    # outlive it.
    for signal, patience_s in ((SIGTERM, _GRACE_S), (SIGKILL, _KILLED_S)):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal)
        if wait_until(lambda: _all_ended(process), timeout_s=patience_s, pause_s=_END_LOOK_S):
            return


def _all_ended(process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is None:
        return False
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # After the name in parentheses: state, parent, group.
            state, _, group = stat.read_text(errors="replace").rpartition(")")[2].split()[:3]
            if group == str(process.pid) and state not in "ZX":
                return False
    return True
