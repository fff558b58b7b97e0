"""Reads this process's environment while another thread may change it.

Pytest sets and takes away a variable around every check and every run of it. Who copies the environment at that moment
finds a name whose value is gone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

Read = TypeVar("Read")

_PYTEST = "PYTEST_"


def own_environment() -> dict[str, str]:
    """A copy of the environment."""
    return read_environment(lambda: dict(os.environ))


def read_environment(read: Callable[[], Read]) -> Read:
    """What a function makes that reads the environment; made again where one of pytest's variables went meanwhile."""
    while True:
        try:
            return read()
        except KeyError as gone:
            if not str(gone.args[0] if gone.args else "").startswith(_PYTEST):
                raise
