"""What a value may have to be."""

from __future__ import annotations

import re
from collections.abc import Collection
from fractions import Fraction
from typing import Any

from grader.checks.expectation import Matcher
from grader.checks.images import ImageReference
from grader.checks.quantities import parse_quantity
from grader.checks.wording import in_words
from grader.model.text import Bilingual


def equal_to(value: Any) -> Matcher:
    """The same value and type: 1 is not True, "2" is not 2."""
    return Matcher(
        in_words(value), lambda seen: bool(seen == value) and _truth(seen) == _truth(value)
    )


def at_least(value: int) -> Matcher:
    """A number no smaller."""
    return Matcher(
        Bilingual(f"au moins {value}", f"at least {value}"),
        lambda seen: isinstance(seen, int) and seen >= value,
    )


def one_of(*values: Any) -> Matcher:
    """Any of the values."""
    words = in_words(list(values))
    return Matcher(
        Bilingual(f"l'un de : {words.fr}", f"one of: {words.en}"), lambda seen: seen in values
    )


def containing(item: Any) -> Matcher:
    """A text or collection with the item in it."""
    words = in_words(item)
    return Matcher(
        Bilingual(f"contient : {words.fr}", f"contains: {words.en}"),
        lambda seen: seen is not None and item in seen,
    )


def naming(item: str, *, among: Collection[str]) -> Matcher:
    """A text that names the item as a whole word, whatever its case, and nothing else of the list.

    `naming("5.0.3", among=versions)` takes "payment:5.0.3" and "back to v5.0.3."; a text with every
    version in it names none.
    """
    return Matcher(in_words(item), lambda seen: _named(seen, {*among, item}) == {item})


def same_items(items: Collection[Any]) -> Matcher:
    """The same items in any order, each as often."""
    wanted = sorted(items, key=repr)
    return Matcher(
        in_words(wanted), lambda seen: seen is not None and sorted(seen, key=repr) == wanted
    )


def nothing() -> Matcher:
    """None, or an empty text or collection."""
    return Matcher(in_words(None), lambda seen: not seen and seen is not False and seen != 0)


def yes() -> Matcher:
    """True."""
    return Matcher(in_words(True), lambda seen: seen is True)


def image(reference: str) -> Matcher:
    """A reference to the same image: `docker.io/library/nginx:latest` is `nginx`."""
    wanted = ImageReference.parse(reference)
    return Matcher(in_words(reference), lambda seen: _is_image(seen, wanted))


def quantity(text: str) -> Matcher:
    """The same amount however it is written: `500m` is `0.5`, `1Gi` is `1024Mi`."""
    wanted = parse_quantity(text)
    return Matcher(in_words(text), lambda seen: _is_quantity(seen, wanted))


def _named(seen: Any, among: Collection[str]) -> set[str]:
    """Those of the list that stand in a text; of names inside each other, the longest."""
    longest_first = sorted(among, key=len, reverse=True)
    words = "|".join(re.escape(item) for item in longest_first)
    pattern = rf"(?<![\w.-])v?({words})(?![\w-]|\.\w)"
    by_case = {item.casefold(): item for item in among}
    found = re.findall(pattern, str(seen or "").casefold(), re.IGNORECASE)
    return {by_case[item.casefold()] for item in found}


def _is_image(seen: Any, wanted: ImageReference) -> bool:
    try:
        return ImageReference.parse(str(seen)).is_(wanted)
    except ValueError:
        return False


def _is_quantity(seen: Any, wanted: Fraction) -> bool:
    try:
        return parse_quantity(seen) == wanted
    except ValueError:
        return False


def _truth(value: Any) -> bool:
    return isinstance(value, bool)
