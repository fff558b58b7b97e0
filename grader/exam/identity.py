"""Names for attempts, and what the clock says."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that can't be mistaken for one another when read aloud: no i, l, o, 0, 1."""

LENGTH = 6


def new_attempt_id(taken: Callable[[str], bool]) -> str:
    """A random name of six characters that `taken` does not know; a letter comes first.

    The letter keeps the name from being read as a number in YAML and from being refused by tools that
    want a DNS label.
    """
    while True:
        first = secrets.choice(ALPHABET[:-8])
        name = first + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
        if not taken(name):
            return name


def new_seed() -> int:
    """A seed for an attempt whose examiner gave none: 31 bits, so that every database and JSON reader takes it."""
    return secrets.randbelow(2**31)


def now() -> str:
    """The time as RFC 3339 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
