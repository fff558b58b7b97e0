"""What was found at the workstation: files by a pattern, and how full a disk is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.model.errors import Code, GraderError
from grader.model.observation import DiskUsage, WorkstationFile
from grader.sandbox.process import Output

MOST_BYTES = 200_000_000
"""How much content is read in all for one pattern."""

LIST_S = 60
"""How long listing may take."""

# No exit code of an engine's, of the shell's or of stat's.
_NO_SUCH_PATH = 44
# What `listing.py` ends with where there is more to read than may be.
_TOO_MUCH = 3
_READ = f'[ -f "$1" ] && [ -r "$1" ] || exit {_NO_SUCH_PATH}; exec head -c "$2" -- "$1"'
# Block size, blocks, blocks free, blocks free to the candidate.
_STAT = (
    f'[ -e "$1" ] || exit {_NO_SUCH_PATH}; exec stat --file-system --format "%S %b %f %a" -- "$1"'
)


def read_command(path: str, limit: int) -> list[str]:
    """The command that reads a file's first bytes; `where_there` understands how it ends."""
    return ["sh", "-c", _READ, "sh", path, str(limit)]


def where_there(output: Output) -> Output | None:
    """What a command said of a path; None where there is no such path, or not for the candidate.

    Raises:
        GraderError: sandbox-broken where nobody could look: that says nothing about the path.
    """
    if output.exit_code == _NO_SUCH_PATH:
        return None
    return output.checked(Code.SANDBOX_BROKEN, hint="grader status")


def listing_command(pattern: str, *, limit: int, most: int, content: bool) -> list[str]:
    """The command that lists files at the workstation; `listed` understands how it ends."""
    program = Path(__file__).with_name("listing.py").read_text(encoding="utf-8")
    wanted = str(limit) if content else ""
    return ["python3", "-I", "-S", "-c", program, pattern, wanted, str(most), str(MOST_BYTES)]


def listed(output: Output, pattern: str) -> list[WorkstationFile]:
    """The files that a listing told of. Raises GraderError sandbox-broken for too many, or one that was cut off."""
    if output.exit_code == _TOO_MUCH:
        raise GraderError(
            Code.SANDBOX_BROKEN,
            f"the workstation has more files, or more than {MOST_BYTES} bytes in them, than may be read",
            where=pattern,
        )
    return read_listing(output.checked(Code.SANDBOX_BROKEN, hint="grader status").stdout)


def read_listing(said: bytes) -> list[WorkstationFile]:
    """The files that a listing told of. Raises GraderError sandbox-broken for one that was cut off."""
    found: list[WorkstationFile] = []
    place = 0
    while (end := said.find(b"\n", place)) >= 0:
        entry = _parsed(said[place:end])
        place = end + 1
        if "end" in entry:
            if entry["end"] == len(found) and place == len(said):
                return found
            break
        length = entry.pop("bytes", None)
        body = None if length is None else said[place : place + length]
        place += length or 0
        found.append(WorkstationFile(content=body, **entry))
    raise GraderError(
        Code.SANDBOX_BROKEN,
        "the workstation's files were not told to the end",
        hint="grader status",
    )


def disk_command(path: str) -> list[str]:
    """The command that asks how full the disk is that holds a path; `read_disk` understands what it prints."""
    return ["sh", "-c", _STAT, "sh", path]


def read_disk(said: str) -> DiskUsage:
    """What `disk_command` printed."""
    block, blocks, free, available = map(int, said.split())
    return DiskUsage(size=block * blocks, used=block * (blocks - free), free=block * available)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    return entry if isinstance(entry, dict) else {"end": -1}
