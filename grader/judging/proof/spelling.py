"""The same object in other words: quantities, orders of lists, image references."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from grader.checks.images import DEFAULT_REGISTRY
from grader.checks.quantities import parse_quantity
from grader.checks.volatile import UNORDERED

_KIBI, _MILLI = 1024, 1000


def in_other_quantities(found: dict[str, Any]) -> None:
    """Every request, limit and quota spelled otherwise: 500m is 0.5, 1Gi is 1024Mi."""
    for amounts in _amounts(found):
        for name, value in amounts.items():
            if isinstance(value, str | int) and not isinstance(value, bool):
                amounts[name] = otherwise(str(value))


def otherwise(quantity: str) -> str:
    """The same quantity, spelled otherwise; the same spelling where it is none."""
    try:
        amount = parse_quantity(quantity)
    except ValueError:
        return quantity
    if quantity.endswith("m"):
        return _decimal(amount)
    if quantity.endswith("i"):
        if quantity.endswith("Ki"):
            return str(amount) if amount.denominator == 1 else quantity
        smaller = {"M": "K", "G": "M", "T": "G", "P": "T", "E": "P"}[quantity[-2]]
        number = quantity[:-2]
        return f"{int(number) * _KIBI}{smaller}i" if number.isdigit() else quantity
    return f"{amount * _MILLI}m" if amount.denominator == 1 else quantity


def in_another_order(found: dict[str, Any]) -> None:
    """Every list whose order means nothing, backwards."""
    for holder in _mappings(found):
        for name in UNORDERED:
            if isinstance(holder.get(name), list):
                holder[name] = list(reversed(holder[name]))


def with_full_images(digest: str) -> Callable[[dict[str, Any]], None]:
    """Every image with its registry spelled out and a digest behind its tag."""

    def change(found: dict[str, Any]) -> None:
        for holder in _mappings(found):
            image = holder.get("image")
            if isinstance(image, str) and "name" in holder and "@" not in image:
                holder["image"] = f"{_with_registry(image)}@{digest}"

    return change


def _with_registry(image: str) -> str:
    first, slash, _ = image.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return image
    return f"{DEFAULT_REGISTRY}/{image}" if slash else f"{DEFAULT_REGISTRY}/library/{image}"


def _decimal(amount: Fraction) -> str:
    """Exact: thousandths end after three digits."""
    whole, rest = divmod(amount * _MILLI, _MILLI)
    return f"{whole}.{int(rest):03d}".rstrip("0").rstrip(".") if rest else str(whole)


def _amounts(found: Any) -> Iterator[dict[str, Any]]:
    for holder in _mappings(found):
        for name in ("requests", "limits", "hard"):
            if isinstance(holder.get(name), dict):
                yield holder[name]


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside what a person writes of an object."""
    if isinstance(value, dict):
        yield value
        for name, inner in value.items():
            if name not in {"metadata", "status"}:
                yield from _mappings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _mappings(inner)
