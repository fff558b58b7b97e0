"""Compressed bytes made whole, never more of them than a limit, whatever they announce."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

_STEP = 1 << 20
_LZMA_MEMORY = 1 << 28

_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"


class TooMuch(ValueError):  # noqa: N818 - what it is
    """It unpacks to more than is looked at."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def unpacked(content: bytes, limit: int) -> bytes:
    """The content without its gzip, bzip2 or xz; as it is where it has none of them.

    Raises:
        TooMuch: There are more than `limit` bytes of it.
        ValueError: It is broken or ends too early.
    """
    if content.startswith(_GZIP):
        return _gunzipped(content, limit)
    if content.startswith(_BZIP2):
        return _streams(content, limit, bz2.BZ2Decompressor)
    if content.startswith(_XZ):
        return _streams(content, limit, _xz)
    if len(content) > limit:
        raise TooMuch
    return content


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_LZMA_MEMORY)


def _gunzipped(content: bytes, limit: int) -> bytes:
    whole = bytearray()
    rest = content
    while rest.startswith(_GZIP):
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            whole += member.decompress(rest, limit + 1 - len(whole))
        except zlib.error as error:
            raise ValueError(str(error)) from error
        if len(whole) > limit:
            raise TooMuch
        if not member.eof:
            raise ValueError("it ends too early")
        # gzip itself ignores zeros after the end, as tapes leave them.
        rest = member.unused_data.lstrip(b"\0")
    return bytes(whole)


def _streams(content: bytes, limit: int, make: Callable[[], _Decompressor]) -> bytes:
    whole = bytearray()
    rest = content
    while rest:
        stream: _Decompressor = make()
        data = rest
        try:
            while not stream.eof:
                whole += stream.decompress(data, min(_STEP, limit + 1 - len(whole)))
                if len(whole) > limit:
                    raise TooMuch
                if stream.needs_input and not stream.eof:
                    raise ValueError("it ends too early")
                data = b""
        except (OSError, lzma.LZMAError) as error:
            raise ValueError(str(error)) from error
        rest = stream.unused_data.lstrip(b"\0")
    return bytes(whole)
