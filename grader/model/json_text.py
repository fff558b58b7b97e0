"""JSON read and written fast: observations are megabytes of it, and nearly all of judging's time was theirs.

What the fast library does not take (half a surrogate pair, to be written a number of more than 64 bits) the standard one does.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

import orjson


def read_json(text: bytes) -> Any:
    """What a JSON text holds; a whole number of more than 64 bits as the nearest float, as Go and JavaScript read it.

    Raises:
        ValueError: It is no JSON, or holds NaN or Infinity, which are no JSON either.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text.decode("utf-8", "surrogatepass"), parse_constant=_refuse)


def write_json(data: Any) -> bytes:
    """JSON data as text, every entry in the place where it stands.

    A check that looks at several values names the first that is wrong: what is read back must be in
    the order that was judged, or judging again names another.

    Raises:
        ValueError, TypeError: It is no JSON data, as NaN and Infinity are none.
    """
    _refuse_no_numbers(data)
    try:
        return orjson.dumps(data)
    except TypeError:
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8", "surrogatepass")


def _refuse_no_numbers(data: Any) -> None:
    """The fast library writes NaN and Infinity as null, which would be read back as nothing."""
    left: list[Any] = [[data]]
    while left:
        held = left.pop()
        for value in held.values() if isinstance(held, dict) else held:
            kind = type(value)
            # By their frequency: there are hundreds of thousands, nearly all of them texts.
            if kind is str or kind is int or kind is bool:
                continue
            if isinstance(value, dict | list | tuple):
                left.append(value)
            elif isinstance(value, float) and not math.isfinite(value):
                _refuse(str(value))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")
