"""The process that takes the API server's audit log over while the candidate works, outside the sandbox's reach.

    python -m grader.sandbox.audit.recorder LOG CHAIN

A process of its own, because no command of the grader runs in the meantime. It appends a record for each request that was
logged, and one every few seconds where none was: a silence in the chain is a time at which nobody looked. It ends when it
is told to, or when its chain is removed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import sys
import time

from grader.sandbox.audit.chain import BEAT_S, Link, boot_id, read_chain
from grader.sandbox.audit.condense import condensed
from grader.sandbox.audit.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LOOK_S = 0.1
_ORDERS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


def main(log: str, chain: str) -> int:
    """Record until told to end (0); 1 where another recorder is at work on this chain."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ORDERS)
    descriptor = os.open(chain, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _Recorder(log, chain, descriptor).run()
    except BlockingIOError:
        return 1
    finally:
        os.close(descriptor)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return 0


class _Recorder:
    def __init__(self, log: str, chain: str, descriptor: int) -> None:
        self._descriptor = descriptor
        earlier = read_chain(_content(descriptor))
        last: dict[str, Any] = next((r for r in reversed(earlier.records) if "off" in r), {})
        self._source = Source(log, int(last.get("ino", 0)), int(last.get("off", 0)))
        self._link = Link() if earlier.broken else earlier.end
        self._written = 0.0
        if earlier.broken:
            # Nothing can be linked to it: what follows would not be believed either.
            _keep_aside(f"{chain}.broken", _content(descriptor))
            os.ftruncate(descriptor, 0)
            self._append([self._forged("begin", boot=boot_id(), pid=os.getpid())])
            self._append([self._forged("finding", what="chain-broken", detail=earlier.broken)])
        else:
            # A line that a killed recorder did not finish would spoil the next one.
            os.ftruncate(descriptor, _whole(_content(descriptor)))
            self._append([self._forged("begin", boot=boot_id(), pid=os.getpid())])

    def run(self) -> None:
        while os.fstat(self._descriptor).st_nlink:
            self._append(self._news())
            if time.monotonic() - self._written >= BEAT_S:
                self._append([self._forged("beat")])
            if signal.sigtimedwait(_ORDERS, LOOK_S):
                self._append([*self._news(), self._forged("end")])
                return

    def _news(self) -> list[bytes]:
        found: list[tuple[str, str]] = []
        # Both in the order in which they are linked.
        lines = list(self._records(found))
        return [*lines, *(self._forged("finding", what=kind, detail=text) for kind, text in found)]

    def _records(self, found: list[tuple[str, str]]) -> Iterator[bytes]:
        for line in self._source.lines(found):
            digest = hashlib.sha256(line).hexdigest()
            try:
                event = json.loads(line)
                kept = condensed(event) if isinstance(event, dict) else None
            except (ValueError, RecursionError):
                kept = None
            if kept is None:
                found.append(("unreadable", f"a line that is no event, sha256 {digest}"))
            yield self._forged("write", digest=digest, write=kept or {})

    def _forged(self, kind: str, **data: object) -> bytes:
        return self._link.forge(kind, ino=self._source.inode, off=self._source.offset, **data)

    def _append(self, lines: list[bytes]) -> None:
        if lines:
            content = b"".join(lines)
            while content:
                content = content[os.write(self._descriptor, content) :]
            self._written = time.monotonic()


def _content(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _keep_aside(path: str, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, content)
    finally:
        os.close(descriptor)


def _whole(content: bytes) -> int:
    return content.rfind(b"\n") + 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
