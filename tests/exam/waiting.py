"""Waits for what another process does, with a deadline and without guessing how long it takes."""

from __future__ import annotations

import select
import time
from collections.abc import Callable

DEADLINE_S = 60.0


def wait_for(
    condition: Callable[[], bool], what: str, *, unless: Callable[[], bool] = lambda: False
) -> None:
    """Return once the condition holds; fail the test where it does not in time, or can't any more."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert not unless(), f"in vain: {what} will not come any more"
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        # Nothing is registered, so this gives the processor away for 5 ms.
        select.poll().poll(5)
