"""A quick way into a candidate's place, for short programs of the grader's own that only look at something there.

`enter.py` is Python, which takes six times as long to start as such a program takes to look; util-linux has a program that
enters too, and nearly every Linux has that. It follows no terminal and ends nothing with whoever called it, so what a person
types goes the other way, and so does what could not be done this way: that one also says why not.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

_SPACES = ("--user", "--mount", "--net", "--uts", "--pid")


def quick_entry(holder: Path, programs: str) -> list[str]:
    """The words before a command that is to run in the place; none where there is no such way.

    Args:
        holder: The file in which the number of the place's first process stands.
        programs: Where this machine's own programs are, as in PATH.
    """
    entering = _entering(programs)
    try:
        first = int(holder.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return []
    return [entering, f"--target={first}", *_SPACES, "--preserve-credentials"] if entering else []


@cache
def _entering(programs: str) -> str:
    return shutil.which("nsenter", path=programs) or ""
