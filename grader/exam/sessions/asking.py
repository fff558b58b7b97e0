"""Asks the process that keeps a session's time to begin a candidate's next task, or for the one at hand.

That process has the database and the provider at hand, which take a command a second or two to load. It answers
where there is nothing to wait for; anything else (a sandbox to be prepared, work to be judged, an error, nobody who
answers) is None here, and the command does it by itself.
"""

from __future__ import annotations

import json
import os
import re
import socket
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from grader import __version__
from grader.exam.attempts.task_text import TaskText, text_from
from grader.model.clock import Moment, Stopwatch
from grader.model.session import ClosedBy, Seat, SeatState, SeatTask, TaskState
from grader.model.text import Language

if TYPE_CHECKING:
    from pathlib import Path

    from grader.exam.surroundings import Surroundings

SOCKET = "socket"
NEXT, TASK = "next", "task"
"""What can be asked for."""

PATIENCE_S = 20.0
"""How long an answer is waited for: it takes a look at the sandbox, and a transaction."""

_CODE = re.compile(r"[a-z0-9]{1,20}")


@dataclass(frozen=True)
class Told:
    """A task that is worked on.

    Attributes:
        seat: As it stands, with the task at hand.
        text: What the candidate reads of it.
    """

    seat: Seat
    text: TaskText


def ask(around: Surroundings, what: str, code: str) -> Told | None:
    """Ask for the next task to be begun (NEXT), or for the one at hand (TASK); None where nobody could do it at once."""
    folder = _folder(around, code)
    if folder is None:
        return None
    question = {"version": __version__, "what": what, "code": code}
    try:
        answer = _exchanged(folder, json.dumps(question).encode() + b"\n")
        return told_from(json.loads(answer)) if answer else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def address(folder: int) -> str:
    """A socket's address by its open folder: the path of a home may be longer than an address can be."""
    return f"/proc/self/fd/{folder}/{SOCKET}"


def told_to_json(told: Told) -> dict[str, Any]:
    """An answer as it is sent."""
    return asdict(told)


def told_from(data: dict[str, Any]) -> Told | None:
    """An answer as it came; None for one that says that it could not be done at once."""
    return Told(_seat(data["seat"]), text_from(data["text"])) if data else None


def _folder(around: Surroundings, code: str) -> Path | None:
    """The folder of the session that a code belongs to, without the database."""
    if not _CODE.fullmatch(code):
        return None
    # What is prepared for a seat has a folder in its session's.
    found = list(around.folder_of_session("any").parent.glob(f"*/{code}"))
    return found[0].parent if len(found) == 1 else None


def _exchanged(folder: Path, question: bytes) -> bytes:
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(PATIENCE_S)
            connection.connect(address(descriptor))
            connection.sendall(question)
            with connection.makefile("rb") as answer:
                return answer.readline()
    finally:
        os.close(descriptor)


def _seat(data: dict[str, Any]) -> Seat:
    typed = {
        "language": Language(data["language"]),
        "state": SeatState(data["state"]),
        "tasks": tuple(_task(task) for task in data["tasks"]),
        "watch": _watch(data["watch"]),
        "credit": _watch(data["credit"]),
    }
    return Seat(**data | typed)


def _task(data: dict[str, Any]) -> SeatTask:
    typed = {
        "state": TaskState(data["state"]),
        "watch": _watch(data["watch"]),
        "closed_by": ClosedBy(data["closed_by"]),
    }
    return SeatTask(**data | typed)


def _watch(data: dict[str, Any]) -> Stopwatch:
    return Stopwatch(data["used_s"], Moment(**data["at"]) if data["at"] else None)
