"""How Helm stores a release in a Secret: JSON, gzip, base64, and the API server's base64 again."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Mapping
from typing import Any

from grader.checks.expectation import CannotJudge
from grader.model.json_text import read_json

SECRET_TYPE = "helm.sh/release.v1"  # noqa: S105 - a Secret's type, not its content
PREFIX = "sh.helm.release.v1."

STORED_LIMIT = 3_000_000
"""Characters of a Secret's entry; the API server refuses objects above 1.5 MiB anyway."""
UNPACKED_LIMIT = 32_000_000
"""Bytes of a release's JSON: a small gzip can unpack to a huge one."""

_GZIP = b"\x1f\x8b"


class UnreadableRelease(CannotJudge):
    """A Secret of Helm's that does not hold a release."""


def decode_release(entry: str) -> Mapping[str, Any]:
    """The release in a Secret's entry `release`.

    Raises:
        UnreadableRelease: It is too long, or not what Helm writes.
    """
    if len(entry) > STORED_LIMIT:
        raise UnreadableRelease(f"the entry has {len(entry)} characters, at most {STORED_LIMIT}")
    try:
        packed = base64.b64decode(base64.b64decode(entry, validate=True), validate=True)
        text = _unpacked(packed) if packed.startswith(_GZIP) else packed
        release = read_json(text)
    except (binascii.Error, zlib.error, EOFError, ValueError, RecursionError) as error:
        raise UnreadableRelease(f"it is not a Helm release: {error}") from error
    if not isinstance(release, dict):
        raise UnreadableRelease("it is not a Helm release: its JSON is not an object")
    return release


def encode_release(release: Mapping[str, Any]) -> str:
    """A Secret's entry `release` that holds this release."""
    text = json.dumps(release, separators=(",", ":"), sort_keys=True).encode()
    return base64.b64encode(base64.b64encode(gzip.compress(text, 6, mtime=0))).decode()


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    text = unpacker.decompress(packed, UNPACKED_LIMIT + 1)
    if len(text) > UNPACKED_LIMIT:
        raise UnreadableRelease(f"it unpacks to more than {UNPACKED_LIMIT} bytes")
    if not unpacker.eof:
        raise EOFError("the gzip data ends too early")
    return text
