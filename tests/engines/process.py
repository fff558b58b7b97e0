"""A process of this machine, told apart from a later one with the same id."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from dataclasses import dataclass
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Process:
    """A process.

    Args:
        pid: Its id.
        started: When it started, as the kernel's own text; no later process has both.
    """

    pid: int
    started: str

    @classmethod
    def recorded(cls, path: Path) -> Process | None:
        """The process that wrote its boot and its /proc/PID/stat into a file, as far as it can still run."""
        if not path.is_file():
            return None
        boot, _, stat = path.read_text().partition(" ")
        if boot != BOOT.read_text().strip() or not stat.endswith("\n"):
            return None
        return cls(int(stat.split()[0]), stat.rpartition(")")[2].split()[19])

    def fields(self) -> list[str]:
        """Its state, its parent and what follows in /proc/PID/stat; empty once it has ended."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return []
        return fields if fields[19] == self.started and fields[0] not in "ZX" else []

    def children(self) -> list[Process]:
        """The processes that it started."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if fields[1] == str(self.pid):
                    found.append(Process(int(stat.parent.name), fields[19]))
        return found

    def ends_within(self, seconds: float, *, kill: bool = False) -> bool:
        """Wait for its end, after killing it if so told."""
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        try:
            # Looked at through the handle's lifetime: the id can't have passed to another process.
            if not self.fields():
                return True
            if kill:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
            end = select.poll()
            end.register(handle, select.POLLIN)
            return bool(end.poll(seconds * 1000))
        finally:
            os.close(handle)
