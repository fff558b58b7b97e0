"""What was found at the workstation: files by a pattern, and how full a disk is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.model.errors import Code, GraderError
from grader.model.observation import DiskUsage, WorkstationFile

MOST_BYTES = 200_000_000
"""How much content is read in all for one pattern."""

NO_SUCH_PATH = 44
"""No exit code of an engine's, of the shell's or of stat's."""

# Block size, blocks, blocks free, blocks free to the candidate.
_STAT = (
    f'[ -e "$1" ] || exit {NO_SUCH_PATH}; exec stat --file-system --format "%S %b %f %a" -- "$1"'
)


def listing_command(pattern: str, *, limit: int, most: int, content: bool) -> list[str]:
    """The command that lists files at the workstation; `read_listing` understands what it prints."""
    program = Path(__file__).with_name("listing.py").read_text(encoding="utf-8")
    wanted = str(limit) if content else ""
    return ["python3", "-I", "-S", "-c", program, pattern, wanted, str(most), str(MOST_BYTES)]


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
