"""Exact numbers as people read them."""

from __future__ import annotations

from fractions import Fraction


def decimal_text(value: Fraction) -> str:
    """A number with at most two decimals, rounded down: never more than was earned."""
    whole, rest = divmod(int(value * 100), 100)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)
