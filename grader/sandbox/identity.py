"""A process, told apart from a later one of the same number by when it started."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import Signals


@dataclass(frozen=True)
class Identity:
    """A process.

    Attributes:
        pid: Its number.
        started: Its start, in the kernel's ticks since boot.
    """

    pid: int
    started: int

    @property
    def alive(self) -> bool:
        """Whether that very process still runs."""
        return bool(self.started) and started_at(self.pid) == self.started

    def signal(self, number: Signals) -> None:
        """Send a signal, to that very process."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def started_at(pid: int) -> int:
    """When a process started; 0 for one that is gone, or a zombie."""
    try:
        # After the name in parentheses: state, and as the twentieth word the start.
        words = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if words[0] in "ZX" else int(words[19])
