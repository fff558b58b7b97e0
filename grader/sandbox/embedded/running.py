"""Finds an embedded sandbox's processes again: the supervisor by who it is, the others by what they work on."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM

from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.supervisor import GIVEN_UP
from grader.sandbox.identity import Identity, started_at
from grader.sandbox.waiting import wait_until

_POLITE_S = 2.0
_KILLED_S = 5.0
_STILL_S = 2.0
MARK = "GRADER_EMBEDDED"
"""The environment variable that every process of a sandbox has, with its folder."""


def remember(places: Places, pid: int) -> None:
    """Write down who the supervisor is."""
    half = places.supervisor.with_suffix(".partial")
    half.write_text(json.dumps({"pid": pid, "started": started_at(pid)}), encoding="utf-8")
    half.replace(places.supervisor)


def supervisor(places: Places) -> Identity | None:
    """The supervisor as it was written down, whether it lives or not."""
    try:
        return Identity(**json.loads(places.supervisor.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def given_up(places: Places) -> str:
    """Which program the supervisor gave up because it did not stay alive; "" where none."""
    try:
        said = (places.logs / "supervisor.log").read_text("utf-8", errors="replace")
    except OSError:
        return ""
    found = re.findall(rf"(\S+) {re.escape(GIVEN_UP)}", said)
    return str(found[-1]) if found else ""


def processes(places: Places, space: int = 0) -> list[Identity]:
    """Every process of a sandbox, the supervisor's and those that a candidate left behind.

    This process and those that it runs in are never among them: a candidate may type `grader stop`.

    Args:
        places: Whose.
        space: The workstation's mount namespace, of `workstation_space`: a candidate's program need not keep its
            environment, but it can't leave that.
    """
    mark = f"{MARK}={places.folder}".encode()

    def belongs(pid: int) -> bool:
        marked = mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        return marked or bool(space and _space(pid) == space)

    return _found(belongs)


def processes_at_workstation(
    places: Places, space: int, own: Collection[int] = ()
) -> list[Identity]:
    """The processes that a candidate started, and the grader for one.

    Args:
        places: Whose.
        space: The workstation's mount namespace; 0 where it is a mere folder: then all of the sandbox's processes that
            neither its supervisor nor one of `own` has started.
        own: Numbers of other processes that are the grader's.
    """
    if space:
        return _found(lambda pid: _space(pid) == space)
    known = supervisor(places)
    ours = {*own, *([known.pid] if known else [])}
    return [one for one in processes(places) if ours.isdisjoint(_line(one.pid))]


def _found(fits: Callable[[int], bool]) -> list[Identity]:
    """The processes of this machine that fit, without this one and those that it runs in."""
    spared = set(_line(os.getpid()))
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in spared:
            with suppress(OSError):
                if fits(int(entry.name)):
                    identity = Identity(int(entry.name), started_at(int(entry.name)))
                    if identity.started:
                        found.append(identity)
    return found


def workstation_space(places: Places) -> int:
    """The number of the workstation's own mount namespace; 0 where there is none, or nobody holds it."""
    try:
        pid = int(places.holder.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    # The number may be another process's by now.
    space = _space(pid) if pid in {one.pid for one in processes(places)} else 0
    return space if space != _space(os.getpid()) else 0


def program(places: Places, name: str) -> Identity | None:
    """The process of one of the supervisor's programs; None where it does not run."""
    known = supervisor(places)
    for one in processes(places):
        with suppress(OSError, IndexError):
            argv = Path(f"/proc/{one.pid}/cmdline").read_bytes().split(b"\0")
            if known and _parent(one.pid) == known.pid and Path(argv[0].decode()).name == name:
                return one
    return None


@contextmanager
def stopped(programs: Sequence[Identity]) -> Iterator[None]:
    """Keep processes from doing anything for the while of a block.

    Raises:
        TimeoutError: One of them does not stop.
    """
    try:
        for one in programs:
            one.signal(SIGSTOP)
            if not wait_until(partial(_is_still, one.pid), timeout_s=_STILL_S, pause_s=0.001):
                raise TimeoutError(one.pid)
        yield
    finally:
        for one in programs:
            one.signal(SIGCONT)


def end_processes(places: Places, spared: Collection[int] = ()) -> None:
    """End them all: the supervisor politely, which takes its programs along, then what is left.

    Args:
        places: Whose.
        spared: Numbers of processes that go on.
    """
    space = workstation_space(places)
    known = supervisor(places)
    if known is not None:
        known.signal(SIGTERM)
        wait_until(lambda: not known.alive, timeout_s=_POLITE_S, pause_s=0.005)

    def nothing_left() -> bool:
        left = [one for one in processes(places, space) if one.pid not in spared]
        for one in left:
            one.signal(SIGKILL)
        return not left

    wait_until(nothing_left, timeout_s=_KILLED_S, pause_s=0.01)


def python() -> Path:
    """The interpreter itself, not a link of a virtual environment to it."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    real = Path(sys.base_exec_prefix) / "bin" / version
    return real if real.exists() else Path(sys.executable)


def _line(pid: int) -> Iterator[int]:
    """A process and those that it runs in, up to the first of all, which is left out."""
    while pid > 1:
        yield pid
        pid = _parent(pid)


def _parent(pid: int) -> int:
    """A process's parent; 0 where the process is gone."""
    try:
        return int(_stat(Path(f"/proc/{pid}"))[1])
    except OSError:
        return 0


def _space(pid: int) -> int:
    """The number of a process's mount namespace; 0 where it can't be asked."""
    try:
        return Path(f"/proc/{pid}/ns/mnt").stat().st_ino
    except OSError:
        return 0


def _is_still(pid: int) -> bool:
    """Whether every thread of a process is stopped, or the process gone."""
    try:
        return all(_stat(task)[0] in "TtZX" for task in Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return not Path(f"/proc/{pid}").exists()


def _stat(task: Path) -> list[str]:
    """State, parent and so on: the words after the name in parentheses."""
    return (task / "stat").read_text(errors="replace").rpartition(")")[2].split()
