"""Puts two nodes' records side by side: what differs, and which of it is known, with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import yaml

from grader.sandbox.parity.play import NEVER
from grader.sandbox.parity.record import Record
from grader.sandbox.settings import data_folder

NOTHING = "-"
"""What a node says at a place where only the other one says something."""


@dataclass(frozen=True)
class KnownDifference:
    """A difference that was looked at, and stays.

    Attributes:
        situations: Patterns of their names.
        places: Patterns of places in their records.
        kind: A pattern of what kind's node says.
        embedded: A pattern of what the embedded sandbox's node says.
        why: The reason, a sentence.
    """

    situations: Sequence[str]
    places: Sequence[str]
    kind: str
    embedded: str
    why: str


@dataclass(frozen=True)
class Difference:
    """One place of one situation at which the nodes do not say the same.

    Attributes:
        situation: Its name.
        place: Where in the record.
        kind: What kind's node says.
        embedded: What the embedded sandbox's node says.
        why: The known reason; "" for one that nobody has looked at.
    """

    situation: str
    place: str
    kind: str
    embedded: str
    why: str = ""


@cache
def known_differences() -> tuple[KnownDifference, ...]:
    """Those of fixtures/parity/differences.yaml, in its order."""
    file = data_folder("fixtures") / "parity" / "differences.yaml"
    tables: list[dict[str, Any]] = yaml.safe_load(file.read_text("utf-8")) or []
    return tuple(KnownDifference(**table) for table in tables)


def compare(
    kind: Mapping[str, Record],
    embedded: Mapping[str, Record],
    known: Sequence[KnownDifference],
) -> tuple[Difference, ...]:
    """All differences, by situation in kind's order; one that never came about is never a known one."""
    found = []
    for name, theirs in kind.items():
        ours = embedded[name]
        for place in sorted({*theirs, *ours}):
            one, two = theirs.get(place, NOTHING), ours.get(place, NOTHING)
            if one != two or place == NEVER:
                why = "" if place == NEVER else _why(name, place, one, two, known)
                found.append(Difference(name, place, one, two, why))
    return tuple(found)


def _why(name: str, place: str, kind: str, embedded: str, known: Sequence[KnownDifference]) -> str:
    for one in known:
        if (
            any(fnmatchcase(name, pattern) for pattern in one.situations)
            and any(fnmatchcase(place, pattern) for pattern in one.places)
            and fnmatchcase(kind, one.kind)
            and fnmatchcase(embedded, one.embedded)
        ):
            return one.why
    return ""
