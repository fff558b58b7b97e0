"""Small damage done to solved work; a scenario whose checks do not notice it demands less than it says."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from grader.judging.proof.difference import Key, Path, key_of, named
from grader.model.observation import KubeObject, Observation

Value = TypeVar("Value")
Change = Callable[[dict[str, Any] | None], dict[str, Any] | None]
"""Makes another object of one; None is an object that is not there."""


class About(StrEnum):
    """What a mutant damages."""

    OBJECT = "object"
    NEIGHBOUR = "neighbour"
    ANSWER = "answer"
    FILE = "file"


@dataclass(frozen=True)
class Edit:
    """One object made different."""

    key: Key
    change: Change


@dataclass(frozen=True)
class Mutant:
    """One piece of damage.

    Attributes:
        name: What is different, in words; by it authors and reports speak of the mutant.
        about: What it damages.
        edits: Of objects, which can be done on a record and on a cluster.
        on_record: Of what else is recorded.
        behaviour: Whether its point is what Services do: it is always played on a cluster too.
    """

    name: str
    about: About
    edits: tuple[Edit, ...] = ()
    on_record: Callable[[Observation], Observation] | None = None
    behaviour: bool = False

    def of(self, observation: Observation) -> Observation:
        """The observation as it would be with this damage, and all else as it was."""
        if self.on_record is not None:
            observation = self.on_record(observation)
        return edited(observation, self.edits)


def mutant(key: Key, what: str, change: Change, *, behaviour: bool = False) -> Mutant:
    """One of a single object."""
    return Mutant(f"{named(key)} {what}", About.OBJECT, (Edit(key, change),), behaviour=behaviour)


def edited(observation: Observation, edits: tuple[Edit, ...]) -> Observation:
    """An observation with some of its objects made different."""
    if not edits:
        return observation
    objects: dict[str, list[KubeObject]] = {k: list(v) for k, v in observation.objects.items()}
    for edit in edits:
        kind = edit.key[0]
        there = objects.setdefault(kind, [])
        place = next((n for n, o in enumerate(there) if key_of(kind, o) == edit.key), None)
        old = None if place is None else copy.deepcopy(dict(there[place]))
        new = edit.change(old)
        if place is not None:
            del there[place]
        if new is not None:
            there.insert(len(there) if place is None else place, new)
    return replace(observation, objects=objects)


def always(value: Value) -> Callable[[object], Value]:
    """Makes this of whatever is there."""
    return lambda _found: copy.deepcopy(value)


def gone(_found: dict[str, Any] | None) -> None:
    """The object is not there."""


def put(path: Path, value: Any) -> Change:
    """The object has this value at a place; None takes away what is there."""

    def change(found: dict[str, Any] | None) -> dict[str, Any] | None:
        if found is not None:
            put_at(found, path, value)
        return found

    return change


def put_at(found: Any, path: Path, value: Any) -> None:
    """Set a value deep inside, making the mappings on the way."""
    *way, last = path
    for part in way:
        if isinstance(found, dict) and found.get(str(part)) is None:
            found[str(part)] = {}
        found = found[part]
    if value is None and isinstance(found, dict):
        found.pop(last, None)
    else:
        found[last] = copy.deepcopy(value)


def without_identity(found: Mapping[str, Any]) -> dict[str, Any]:
    """An object as it can be written again: without what only the API server may say."""
    kept = copy.deepcopy(dict(found))
    kept.pop("status", None)
    metadata = kept.get("metadata")
    if isinstance(metadata, dict):
        for name in (
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "managedFields",
            "selfLink",
        ):
            metadata.pop(name, None)
    return kept
