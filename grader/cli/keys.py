"""Keys from a terminal, one at a time, and the terminal as it was afterwards."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

_SEQUENCES = {
    "[A": "up",
    "[B": "down",
    "[C": "right",
    "[D": "left",
    "OA": "up",
    "OB": "down",
    "OC": "right",
    "OD": "left",
}
_REST_S = 0.05
"""How long the rest of an arrow key may take after its first byte."""


@contextmanager
def raw_keys() -> Iterator[int]:
    """The terminal of stdin without echo and line editing; Ctrl-C still interrupts."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield descriptor
    finally:
        # What was typed and not read is dropped: it was meant for the paper, not for the shell.
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)


def key(descriptor: int, timeout_s: float) -> str | None:
    """The next key; None after the timeout.

    A character, or "left", "right", "up", "down", "enter"; "" for a key that has no name here.

    Raises:
        EOFError: The terminal is gone.
    """
    if not select.select([descriptor], [], [], timeout_s)[0]:
        return None
    first = _byte(descriptor)
    if first == "\x1b":
        rest = ""
        while len(rest) < 2 and select.select([descriptor], [], [], _REST_S)[0]:  # noqa: PLR2004
            rest += _byte(descriptor)
        return _SEQUENCES.get(rest, "")
    return "enter" if first in {"\n", "\r"} else first.casefold()


def _byte(descriptor: int) -> str:
    read = os.read(descriptor, 1)
    if not read:
        raise EOFError
    return read.decode("latin-1")
