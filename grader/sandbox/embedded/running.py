"""Finds an embedded sandbox's processes again: the supervisor by who it is, the others by what they work on."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL, SIGTERM

from grader.sandbox.embedded.places import Places
from grader.sandbox.identity import Identity, started_at
from grader.sandbox.waiting import wait_until

_POLITE_S = 2.0
_KILLED_S = 5.0
MARK = "GRADER_EMBEDDED"
"""The environment variable that every process of a sandbox has, with its folder."""


def remember(places: Places, pid: int) -> None:
    """Write down who the supervisor is."""
    partial = places.supervisor.with_suffix(".partial")
    partial.write_text(json.dumps({"pid": pid, "started": started_at(pid)}), encoding="utf-8")
    partial.replace(places.supervisor)


def supervisor(places: Places) -> Identity | None:
    """The supervisor as it was written down, whether it lives or not."""
    try:
        return Identity(**json.loads(places.supervisor.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def processes(places: Places) -> list[Identity]:
    """Every process of a sandbox, the supervisor's and those that a candidate left behind.

    This process and those that it runs in are never among them: a candidate may type `grader stop`.
    """
    mark = f"{MARK}={places.folder}".encode()
    spared = set(_ancestors())
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in spared:
            with suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    identity = Identity(int(entry.name), started_at(int(entry.name)))
                    if identity.started:
                        found.append(identity)
    return found


def end_processes(places: Places) -> None:
    """End them all: the supervisor politely, which takes its programs along, then what is left."""
    known = supervisor(places)
    if known is not None:
        known.signal(SIGTERM)
        wait_until(lambda: not known.alive, timeout_s=_POLITE_S, pause_s=0.005)

    def nothing_left() -> bool:
        left = processes(places)
        for one in left:
            one.signal(SIGKILL)
        return not left

    wait_until(nothing_left, timeout_s=_KILLED_S, pause_s=0.01)


def python() -> Path:
    """The interpreter itself, not a link of a virtual environment to it."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    real = Path(sys.base_exec_prefix) / "bin" / version
    return real if real.exists() else Path(sys.executable)


def _ancestors() -> Iterator[int]:
    pid = os.getpid()
    while pid > 1:
        yield pid
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        except OSError:
            return
        pid = int(stat.rpartition(")")[2].split()[1])
