"""Runs at the workstation: tells of the files that match a pattern, and gives their content.

Sent there as its own text (`python3 -I -S -c`), so it leans on the standard library alone. Arguments: the
pattern, how many bytes of each file ("" for none), how many files, how many bytes in all. Out come, for each
file, one line of JSON and the content it announces; a last line with `end` proves that nothing was cut off.
"""

import glob
import itertools
import json
import os
import stat
import sys

# More names than this are not looked through for the first ones.
_MOST_NAMES = 100_000


def main(pattern: str, limit: str, most: str, total: str) -> int:
    """List the files; exit code 3 where there are more, or more in them, than may be read in all."""
    out = sys.stdout.buffer
    # Patterns are a shell's, and names are bytes that pathlib has no patterns for.
    matches = glob.iglob(pattern, recursive=True)  # noqa: PTH207
    names = set(itertools.islice(matches, _MOST_NAMES + 1))
    if len(names) > _MOST_NAMES:
        return 3
    told, left = 0, int(total)
    for path in sorted(names):
        if told == int(most):
            break
        entry = _described(path)
        if entry is None:
            continue
        content = _content(path, int(limit)) if limit else None
        if content is not None:
            left -= len(content)
            if left < 0:
                return 3
            entry["bytes"] = len(content)
        out.write(json.dumps(entry).encode() + b"\n" + (content or b""))
        told += 1
    out.write(json.dumps({"end": told}).encode() + b"\n")
    return 0


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
    sys.exit(main(*sys.argv[1:5]))
