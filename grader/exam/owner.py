"""Which process is at work on an attempt, told by a lock that the kernel releases when that process dies.

The lock is `flock` on `<attempt's folder>/owner.lock`; the file's content names the holder. A state in the
database can outlive its process, the lock can't: `starting` with a free lock was interrupted.
"""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from grader.model.errors import Code, GraderError, InFrench

FILE = "owner.lock"

PATIENCE_S = 120.0
"""How long another process's work is waited for; its cleanup of a half-started cluster takes seconds."""

POLL_MS = 100


@dataclass(frozen=True)
class Owner:
    """The process at work on an attempt.

    Attributes:
        pid: Its number; 0 where the lock is held by one that did not write its name yet.
        started: Its start time in clock ticks since boot, which tells it from a later one with the same number.
        doing: The command's word: "start", "submit", "check" or "stop".
    """

    pid: int
    started: str
    doing: str

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return self.pid != 0 and _start_time(self.pid) == self.started

    def waited_for(self, attempt_id: str) -> str:
        """What a person is told who has to wait for it."""
        return f"waiting for process {self.pid} ({self.doing}), at work on attempt {attempt_id}"

    def ask_to_end(self) -> None:
        """Send SIGTERM to this very process; nothing where it has ended."""
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(self.pid)
            try:
                # The handle is held from here on, so the number can't pass to another process any more.
                if self.alive:
                    signal.pidfd_send_signal(handle, signal.SIGTERM)
            finally:
                os.close(handle)


def owner_at_work(folder: Path) -> Owner | None:
    """Who holds the lock of an attempt's folder; None where nobody is at work on it."""
    try:
        descriptor = os.open(folder / FILE, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _named_in(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)


@contextmanager
def at_work(
    folder: Path,
    doing: str,
    *,
    may_wait_for: Callable[[Owner], bool] = lambda _owner: False,
    patience_s: float = PATIENCE_S,
) -> Iterator[None]:
    """Hold the lock of an attempt's folder while the block runs; the folder is made where it is missing.

    Args:
        folder: The attempt's folder.
        doing: What is being done, for those who find the lock taken.
        may_wait_for: Whether to wait for a holder to finish, asked once for each.
        patience_s: How long to wait at most.

    Raises:
        GraderError: attempt-state, where another process is at work and is not, or no longer, waited for.
    """
    descriptor = _taken(folder, may_wait_for, time.monotonic() + patience_s)
    try:
        content = json.dumps(
            {"pid": os.getpid(), "started": _start_time(os.getpid()), "doing": doing}
        ).encode()
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, content, 0)
        try:
            yield
        finally:
            # One who looks at a free lock holds it for that instant, and must not be taken for this process.
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _taken(folder: Path, may_wait_for: Callable[[Owner], bool], deadline: float) -> int:
    waited_for: set[int] = set()
    while True:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / FILE, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _named_in(descriptor)
            os.close(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        else:
            if _is_still(folder / FILE, descriptor):
                return descriptor
            # The last holder removed the folder: this lock guards a file that nobody can find any more.
            os.close(descriptor)
            continue
        # A holder that is not alive is `owner_at_work` of another command, looking for an instant.
        new = holder.alive and holder.pid not in waited_for
        if (new and not may_wait_for(holder)) or time.monotonic() > deadline:
            raise GraderError(
                Code.ATTEMPT_STATE,
                f"another grader is at work on this attempt: {holder.doing}, process {holder.pid}",
                where=str(folder),
                hint="wait for it to end, or interrupt it where it runs",
                french=InFrench(
                    f"une autre commande travaille à cette tentative : {holder.doing}, processus {holder.pid}",
                    "attendez qu’elle finisse, ou interrompez-la là où elle tourne",
                ),
            )
        if holder.alive:
            waited_for.add(holder.pid)
        _wait_for_end(holder.pid)


def _wait_for_end(pid: int) -> None:
    """Return when the process has ended, or a tenth of a second later."""
    poll = select.poll()
    handle = -1
    with suppress(OSError):
        if pid:
            handle = os.pidfd_open(pid)
            poll.register(handle, select.POLLIN)
    try:
        poll.poll(POLL_MS)
    finally:
        if handle >= 0:
            os.close(handle)


def _named_in(descriptor: int) -> Owner:
    try:
        content = json.loads(os.pread(descriptor, 4096, 0))
        return Owner(int(content["pid"]), str(content["started"]), str(content["doing"]))
    except (ValueError, KeyError, TypeError):
        return Owner(0, "", "starting")


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _start_time(pid: int) -> str:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The second field is the program's name in brackets and may hold anything, so count from its end.
    state, *others = fields.rpartition(")")[2].split()
    # A zombie has ended; its parent has just not asked yet.
    return "" if state == "Z" else others[18]
