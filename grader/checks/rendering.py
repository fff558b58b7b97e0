"""Puts an attempt's parameters into what a check declares.

A check is written once and its declaration read when its file is imported; which service it is about
may be drawn from the attempt's seed. So the texts in a declaration are templates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Protocol, TypeVar

Thing = TypeVar("Thing")


class Render(Protocol):
    """Returns a thing with every text in it rendered."""

    def __call__(self, thing: Thing, /) -> Thing:
        """The same kind of thing."""


def as_it_is(thing: Thing) -> Thing:
    """Render nothing: for what has no parameters."""
    return thing


def rendered(thing: Thing, text: Callable[[str], str]) -> Thing:
    """A copy of frozen dataclasses, tuples and mappings inside each other, with each text in it changed.

    Args:
        thing: What has texts in it.
        text: Changes one.
    """
    changed: Any = thing
    if isinstance(thing, str):
        changed = text(thing)
    elif isinstance(thing, tuple):
        changed = tuple(rendered(item, text) for item in thing)
    elif isinstance(thing, Mapping):
        changed = {rendered(key, text): rendered(value, text) for key, value in thing.items()}
    elif is_dataclass(thing) and not isinstance(thing, type):
        parts = {part.name: rendered(getattr(thing, part.name), text) for part in fields(thing)}
        changed = replace(thing, **parts)
    return changed  # type: ignore[no-any-return]
