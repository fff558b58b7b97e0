"""Follows the API server's log through its rotations, and notices when it is cut short or replaced."""

from __future__ import annotations

import os
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 20
_LONGEST_LINE = 8 << 20


class Source:
    """A log that grows.

    Args:
        path: Where it lies; nothing need be there yet.
        inode: The file that was last read; 0 for none.
        offset: How far it was read, up to the end of a line.
    """

    def __init__(self, path: str, inode: int = 0, offset: int = 0) -> None:
        self.path = path
        self.inode = inode
        self.offset = offset
        self._descriptor = -1
        self._rest = b""

    def lines(self, tell: list[tuple[str, str]]) -> Iterator[bytes]:
        """The whole lines that came since; `offset` stands behind each as it is given.

        Args:
            tell: What is wrong with the file is put here, as a finding's kind and detail.
        """
        if self._descriptor < 0 and not self._open(tell):
            return
        yield from self._read(tell)
        if self._was_rotated(tell):
            # What was written between the last look and the rotation is at the old file's end.
            yield from self._read(tell)
            if self._rest:
                tell.append(("unreadable", "the last line of a rotated log has no end"))
            self.close()
            self.inode = self.offset = 0
            if self._open(tell):
                yield from self._read(tell)

    def close(self) -> None:
        """Let the file go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._rest = -1, b""

    def _open(self, tell: list[tuple[str, str]]) -> bool:
        path = self.path
        if self.inode and self.inode != _inode_of(path):
            path = _named(path, self.inode)
            if not path:
                tell.append(("replaced", "the file that was read last is no longer there"))
                path, self.inode, self.offset = self.path, 0, 0
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        self.inode, self._rest = os.fstat(self._descriptor).st_ino, b""
        return True

    def _read(self, tell: list[tuple[str, str]]) -> Iterator[bytes]:
        size = os.fstat(self._descriptor).st_size
        if size < self.offset + len(self._rest):
            tell.append(("truncated", f"{self.offset} bytes had been read, {size} are there"))
            self.offset, self._rest = 0, b""
        while piece := os.pread(self._descriptor, _PIECE, self.offset + len(self._rest)):
            *whole, rest = (self._rest + piece).split(b"\n")
            for line in whole:
                self.offset += len(line) + 1
                yield line
            self._rest = rest
            if len(rest) > _LONGEST_LINE:
                tell.append(("unreadable", f"a line of more than {_LONGEST_LINE} bytes"))
                self.offset, self._rest = self.offset + len(rest), b""

    def _was_rotated(self, tell: list[tuple[str, str]]) -> bool:
        now = _inode_of(self.path)
        if now in {0, self.inode}:
            return False
        if not os.fstat(self._descriptor).st_nlink:
            tell.append(("replaced", "the file was removed and another put in its place"))
        return True


def _inode_of(path: str) -> int:
    try:
        return os.stat(path).st_ino  # noqa: PTH116 - as in `chain`
    except OSError:
        return 0


def _named(path: str, inode: int) -> str:
    """Another file beside it that is this one, as rotation leaves it; "" where there is none."""
    folder = os.path.dirname(path)  # noqa: PTH120 - as in `chain`
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.inode() == inode:
                return entry.path
    return ""
