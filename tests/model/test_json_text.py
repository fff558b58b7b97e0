"""JSON text: exact, in order, and the same whichever library reads it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.json_text import read_json, write_json

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters())
)
DATA = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner)
)


def whole(data: Any) -> bool:
    """Whether the fast library keeps every number as it is."""
    if isinstance(data, dict):
        return all(whole(value) for value in data.values())
    if isinstance(data, list):
        return all(whole(value) for value in data)
    return not isinstance(data, int) or -(2**63) <= data < 2**64


@given(DATA.filter(whole))
def test_round_trip(data: Any) -> None:
    """Whatever is written is read back as it was, half surrogate pairs too."""
    assert read_json(write_json(data)) == data


def _keys(data: Any) -> list[Any]:
    """The keys of all mappings inside each other, in their order."""
    if isinstance(data, dict):
        return [key_or_keys for key, value in data.items() for key_or_keys in (key, _keys(value))]
    return [_keys(value) for value in data] if isinstance(data, list) else []


@given(DATA)
def test_order_is_kept(data: Any) -> None:
    """What is read back has its entries in the order in which they were written."""
    again = read_json(write_json({"data": data}))
    assert _keys(again) == _keys({"data": data})


@pytest.mark.parametrize("text", [b"NaN", b"[Infinity]", b"-Infinity", b"", b"{", b"\xff", b"'a'"])
def test_what_is_no_json(text: bytes) -> None:
    """What is no JSON is refused, NaN and Infinity too."""
    with pytest.raises(ValueError, match=r".+"):
        read_json(text)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_not_written(number: float) -> None:
    """NaN and Infinity are refused wherever they stand, and never turned into null."""
    for data in (number, [number], {"a": [{"b": (1, number)}]}):
        with pytest.raises(ValueError, match="is not a number"):
            write_json(data)
