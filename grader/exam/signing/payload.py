"""What a signed document states, for those who signed it themselves: nothing is verified."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any


def stated(signed: str) -> dict[str, Any]:
    """The predicate of a document in its envelope, as JSON data."""
    found: dict[str, Any] = json.loads(b64decode(json.loads(signed)["payload"]))["predicate"]
    return found
