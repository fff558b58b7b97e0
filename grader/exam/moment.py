"""What both of the machine's clocks say."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

from grader.model.clock import Moment

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def moment() -> Moment:
    """This moment, comparable between processes of one machine."""
    # On Linux BOOTTIME goes on while the machine is suspended; MONOTONIC, all that others have, may not.
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Moment(_boot(), time.clock_gettime(clock), time.time())


@cache
def _boot() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        # Elsewhere the moment of the start names it; to the minute, since it is computed from two clocks.
        return f"since {(time.time() - time.monotonic()) // 60:.0f}"
