"""Which exam a terminal has joined: told for all that is typed in it, until its shell ends."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from grader.sandbox.identity import started_at
from grader.sandbox.settings import settings

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings

_FOLDER = "joined"


def remember(around: Surroundings, code: str) -> None:
    """This terminal belongs to the exam of this code from now on."""
    folder = around.home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in folder.iterdir():
        if not _alive(file.name):
            with suppress(FileNotFoundError):
                file.unlink()
    (folder / _terminal()).write_text(code, encoding="utf-8")


def joined(around: Surroundings) -> str | None:
    """The code of the exam that this terminal has joined, or that GRADER_EXAM names; None for neither."""
    if settings().exam:
        return settings().exam
    with suppress(FileNotFoundError, NotADirectoryError):
        return (around.home / _FOLDER / _terminal()).read_text(encoding="utf-8").strip() or None
    return None


def _terminal() -> str:
    """Names the login or window: the process that leads it, told apart from later ones by its start."""
    leader = os.getsid(0)
    return f"{leader}-{started_at(leader)}"


def _alive(name: str) -> bool:
    pid, _, started = name.partition("-")
    return pid.isdecimal() and started.isdecimal() and started_at(int(pid)) == int(started) != 0
