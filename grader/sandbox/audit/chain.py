"""The chain: one record a line, each with the digest of the line before it, so that none can be taken out unseen.

Little of Python's own library is imported here, and nothing else: the recorder lives as long as the sandbox does.
"""

from __future__ import annotations

import hashlib
import json
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

BEAT_S = 5.0
"""How often a record is written where nothing happens."""
GAP_S = 15.0
"""A longer silence is a finding."""
FIRST = "0" * 64
_BOOT = "/proc/sys/kernel/random/boot_id"


class Link:
    """The end of a chain, to which the next record is linked.

    Attributes:
        number: Of the next record.
        digest: Of the last line, hexadecimal.
    """

    def __init__(self) -> None:
        self.number = 0
        self.digest = FIRST

    def forge(self, kind: str, **data: Any) -> bytes:
        """The next record as a line, with its newline.

        Args:
            kind: "begin", "write", "beat", "finding" or "end".
            data: What it says; JSON data.
        """
        record = {
            "n": self.number,
            "prev": self.digest,
            "at": now_text(),
            "mono": round(time.monotonic(), 3),
            "kind": kind,
            **data,
        }
        line = json.dumps(record, separators=(",", ":")).encode()
        self.number += 1
        self.digest = hashlib.sha256(line).hexdigest()
        return line + b"\n"


class Chain:
    """A chain as it was read.

    Attributes:
        records: Those that hold together, from the first.
        end: Where the next one would be linked.
        broken: What is wrong with the first line that does not; "" where all do.
    """

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.end = Link()
        self.broken = ""


def read_chain(content: bytes) -> Chain:
    """Read a chain up to the first line that does not follow from the one before it.

    A last line without its end is one that is being written: it is left out.
    """
    chain = Chain()
    for line in _whole_lines(content):
        place = f"record {chain.end.number}"
        try:
            record = json.loads(line)
        except ValueError:
            chain.broken = f"{place} is no JSON"
            return chain
        if not isinstance(record, dict) or record.get("n") != chain.end.number:
            chain.broken = f"{place} is missing"
            return chain
        if record.get("prev") != chain.end.digest:
            chain.broken = f"what comes before {place} was altered"
            return chain
        if not isinstance(record.get("mono"), int | float) or not isinstance(record.get("at"), str):
            chain.broken = f"{place} has no time"
            return chain
        chain.records.append(record)
        chain.end.number += 1
        chain.end.digest = hashlib.sha256(line).hexdigest()
    return chain


def boot_id() -> str:
    """This run of the machine: the monotonic clock of another one can't be compared."""
    try:
        with open(_BOOT, encoding="ascii") as stream:  # noqa: PTH123 - pathlib is slow to import
            return stream.read().strip()
    except OSError:
        return ""


def now_text() -> str:
    """The time, RFC 3339 in UTC with milliseconds."""
    milliseconds = time.time_ns() // 1_000_000
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000))
    return f"{stamp}.{milliseconds % 1000:03}Z"


def _whole_lines(content: bytes) -> Iterator[bytes]:
    whole, newline, _ = content.rpartition(b"\n")
    if newline:
        yield from whole.split(b"\n")
