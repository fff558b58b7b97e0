"""What was found at the workstation: files by patterns, and how full a disk is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.model.errors import Code, GraderError
from grader.model.observation import DiskUsage, FileRequest, WorkstationFile
from grader.sandbox.process import Output
from grader.sandbox.protocol import FilesFound

MOST_BYTES = 200_000_000
"""How much content is read in all for one pattern."""

LIST_S = 60
"""How long listing may take."""

# No exit code of an engine's, of the shell's or of stat's.
_NO_SUCH_PATH = 44
_READ = f'[ -f "$1" ] && [ -r "$1" ] || exit {_NO_SUCH_PATH}; exec head -c "$2" -- "$1"'
# Block size, blocks, blocks free, blocks free to the candidate.
_STAT = (
    f'[ -e "$1" ] || exit {_NO_SUCH_PATH}; exec stat --file-system --format "%S %b %f %a" -- "$1"'
)


def read_command(path: str, limit: int) -> list[str]:
    """The command that reads a file's first bytes; `where_there` understands how it ends."""
    return ["sh", "-c", _READ, "sh", path, str(limit)]


def is_told(output: Output) -> bool:
    """Whether a command that looks at a path said what is there, or that nothing is."""
    return output.exit_code in {0, _NO_SUCH_PATH}


def where_there(output: Output) -> Output | None:
    """What a command said of a path; None where there is no such path, or not for the candidate.

    Raises:
        GraderError: sandbox-broken where nobody could look: that says nothing about the path.
    """
    if output.exit_code == _NO_SUCH_PATH:
        return None
    return output.checked(Code.SANDBOX_BROKEN, hint="grader status")


def listing_command(wanted: Sequence[FileRequest]) -> list[str]:
    """The command that lists files at the workstation; `listed` understands what it says."""
    program = Path(__file__).with_name("listing.py").read_text(encoding="utf-8")
    # One more than there may be: that there are more is known by it.
    asked = json.dumps([[w.pattern, w.limit, w.most + 1] for w in wanted])
    return ["python3", "-I", "-S", "-c", program, asked, str(MOST_BYTES)]


def listed(output: Output, wanted: Sequence[FileRequest]) -> list[FilesFound]:
    """For each pattern the files that a listing told of, or why they are too many or too much.

    Raises:
        GraderError: sandbox-broken for a listing that failed or was cut off.
    """
    said = output.checked(Code.SANDBOX_BROKEN, hint="grader status").stdout
    told: list[FilesFound] = []
    place = 0
    for request in wanted:
        place, found, is_all = _next_list(said, place)
        too_many = len(found) > request.most
        told.append(_too_much(request, too_many=too_many) if too_many or not is_all else found)
    if place != len(said):
        raise _cut_off()
    return told


def _next_list(said: bytes, place: int) -> tuple[int, list[WorkstationFile], bool]:
    """Where what a listing says of one pattern ends, its files, and whether they are all."""
    found: list[WorkstationFile] = []
    while (end := said.find(b"\n", place)) >= 0:
        entry = _parsed(said[place:end])
        place = end + 1
        if "end" in entry:
            if entry["end"] == len(found) and "all" in entry:
                return place, found, entry["all"] is True
            break
        length = entry.pop("bytes", None)
        body = None if length is None else said[place : place + length]
        place += length or 0
        found.append(WorkstationFile(content=body, **entry))
    raise _cut_off()


def _cut_off() -> GraderError:
    return GraderError(
        Code.SANDBOX_BROKEN,
        "the workstation's files were not told to the end",
        hint="grader status",
    )


def _too_much(request: FileRequest, *, too_many: bool) -> GraderError:
    what = (
        f"more than {request.most} files"
        if too_many
        else f"the workstation has more files, or more than {MOST_BYTES} bytes in them, than may be read"
    )
    return GraderError(Code.SANDBOX_BROKEN, what, where=request.pattern)


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
