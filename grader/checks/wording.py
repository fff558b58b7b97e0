"""Values put into words that a candidate reads, in both languages and harmless to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from grader.model.change import Change
from grader.model.text import Bilingual

LONGEST = 400
"""Characters of a value that are shown; objects in a cluster can be huge."""


def in_words(value: Any) -> Bilingual:
    """A value as text: None is "nothing", True is "yes", a list is its items."""
    if isinstance(value, Bilingual):
        return Bilingual(shown(value.fr), shown(value.en))
    if value is None:
        return Bilingual("rien", "nothing")
    if isinstance(value, bool):
        return Bilingual("oui", "yes") if value else Bilingual("non", "no")
    if isinstance(value, str):
        return both(value or '""')
    if isinstance(value, Change):
        return in_words(value.words)
    items = _items(value)
    fr, en = ", ".join(item.fr for item in items), ", ".join(item.en for item in items)
    return Bilingual(shown(fr), shown(en)) if en else in_words(None)


def _items(value: Any) -> list[Bilingual]:
    if isinstance(value, Mapping):
        return [_item(f"{key}={item}") for key, item in value.items()]
    if isinstance(value, AbstractSet):
        return [_item(text) for text in sorted(str(item) for item in value)]
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_item(item) for item in value]
    return [_item(value)]


def _item(value: Any) -> Bilingual:
    return value.words if isinstance(value, Change) else Bilingual(str(value), str(value))


def both(text: str) -> Bilingual:
    """The same text in both languages: a value, a name, a path."""
    return Bilingual(shown(text), shown(text))


def shown(text: str) -> str:
    """Text without control characters, cut where it is too long."""
    clean = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text[: LONGEST + 1])
    return clean if len(clean) <= LONGEST else clean[:LONGEST] + "…"
