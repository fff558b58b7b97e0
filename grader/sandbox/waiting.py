"""Waits for something to become true by asking, never by guessing how long it takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_PAUSE_S = 0.05


def wait_until(
    true: Callable[[], bool],
    *,
    timeout_s: float,
    pause_s: float = _PAUSE_S,
    stop: threading.Event | None = None,
) -> bool:
    """Ask until the answer is yes (True) or time is over or `stop` is set (False)."""
    stop = stop or threading.Event()
    deadline = time.monotonic() + timeout_s
    while True:
        if true():
            return True
        if time.monotonic() >= deadline or stop.wait(pause_s):
            return False
