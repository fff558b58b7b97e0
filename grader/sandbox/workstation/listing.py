"""Runs at the workstation: tells of the files that match patterns, and gives their content.

Sent there as its own text (`python3 -I -S -c`), so it leans on the standard library alone. Arguments: a JSON list
with, for each pattern, the pattern, how many bytes of each file (0 for none) and how many files; how many bytes of
one pattern in all. Out come, pattern by pattern and for each file, one line of JSON and the content it announces; a
line with `end` after each pattern proves that nothing was cut off, and says whether there was too much to read.
"""

import glob
import itertools
import json
import os
import stat
import sys

# More names than this are not looked through for the first ones.
_MOST_NAMES = 100_000


def main(wanted: str, total: str) -> None:
    """List the files of every pattern."""
    for pattern, limit, most in json.loads(wanted):
        told, all_told = _list(pattern, limit, most, int(total))
        sys.stdout.buffer.write(json.dumps({"end": told, "all": all_told}).encode() + b"\n")


def _list(pattern: str, limit: int, most: int, left: int) -> "tuple[int, bool]":
    """How many files were told of; whether there were no more, nor more in them, than may be read of a pattern."""
    # Patterns are a shell's, and names are bytes that pathlib has no patterns for.
    matches = glob.iglob(pattern, recursive=True)  # noqa: PTH207
    names = set(itertools.islice(matches, _MOST_NAMES + 1))
    if len(names) > _MOST_NAMES:
        return 0, False
    told = 0
    for path in sorted(names):
        if told == most:
            break
        entry = _described(path)
        if entry is None:
            continue
        content = _content(path, limit) if limit else None
        if content is not None:
            left -= len(content)
            if left < 0:
                return told, False
            entry["bytes"] = len(content)
        sys.stdout.buffer.write(json.dumps(entry).encode() + b"\n" + (content or b""))
        told += 1
    return told, True


def _described(path: str) -> "dict[str, object] | None":
    """Path, size, time and whether it is a link; None for what is no file, whatever it is called."""
    try:
        here = os.lstat(path)
        link = stat.S_ISLNK(here.st_mode)
        if link:
            try:
                here = os.stat(path)  # noqa: PTH116 - as os.lstat above
            except OSError:
                # It leads nowhere: it is there all the same.
                return {"path": path, "size": here.st_size, "modified": here.st_mtime, "link": True}
    except OSError:
        return None
    if not stat.S_ISREG(here.st_mode):
        return None
    return {"path": path, "size": here.st_size, "modified": here.st_mtime, "link": link}


def _content(path: str, limit: int) -> "bytes | None":
    """The first `limit` bytes; None where they may not be read, or where a pipe has taken the file's place."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        try:
            return stream.read(limit)
        except OSError:
            return None


if __name__ == "__main__":
    main(*sys.argv[1:3])
