"""How a Secret's value is written into an observation: hashed, so that it can only be compared."""

from __future__ import annotations

import hashlib
import hmac

_SCHEME = "hmac-sha256"


def redacted(value: bytes, *, salt: str = "", like: str = "") -> str:
    """`hmac-sha256:<salt>:<hex>` of a value, with the salt given or that of another one.

    Args:
        value: The decoded value.
        salt: The cluster's own, so that the hashes of two clusters can't be compared.
        like: A hash whose salt is to be used.
    """
    chosen = like.split(":")[1] if like else salt
    digest = hmac.new(chosen.encode(), value, hashlib.sha256).hexdigest()
    return f"{_SCHEME}:{chosen}:{digest}"


def is_redacted(text: str) -> bool:
    """Whether a Secret's entry is such a hash; a colon never occurs in base64."""
    return text.startswith(f"{_SCHEME}:")
