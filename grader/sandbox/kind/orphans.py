"""Ends programs that a killed grader left at work on a sandbox.

They are known by the sandbox's own name among their arguments, which no other program has. Programs of the
engine itself (a container's monitor, the network's name server) are left alone: the engine ends them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

from grader.sandbox.waiting import wait_until

_OURS = ("grader.sandbox.kind.create", "grader.sandbox.workstation.create")
_ENGINES = {"docker", "podman"}
# Words by which an engine's program makes something: it must not finish after the clean-up.
_MAKING = {"run", "create", "start"}
_GRACE_S = 5


def end_orphans(cluster: str) -> None:
    """End the programs that still make the sandbox called `cluster`, and wait for the engine's to finish."""
    for signal in (SIGTERM, SIGKILL):
        makers = list(_makers(cluster))
        if not makers:
            break
        _signal(makers, signal)
        wait_until(lambda: not list(_makers(cluster)), timeout_s=_GRACE_S)
    wait_until(lambda: not list(_engine_programs(cluster)), timeout_s=_GRACE_S)
    for folder in Path(tempfile.gettempdir()).glob(f"{cluster}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _makers(cluster: str) -> Iterator[int]:
    for pid, words in _programs():
        named = cluster in words or f"--name={cluster}" in words or _mentions(words, cluster)
        ours = any(word in _OURS for word in words) or _name(words) == "kind"
        if (named and ours) or _is_service(words, cluster):
            yield pid


def _engine_programs(cluster: str) -> Iterator[int]:
    for pid, words in _programs():
        about = any(word.startswith(cluster) for word in words)
        if about and _name(words) in _ENGINES and _MAKING & set(words):
            yield pid


def _mentions(words: list[str], cluster: str) -> bool:
    # The workstation's maker has the name inside its JSON argument.
    return any(f'"{cluster}-workstation"' in word for word in words)


def _is_service(words: list[str], cluster: str) -> bool:
    # Podman's service listens in a temporary folder that is called after the sandbox.
    return words[1:3] == ["system", "service"] and f"/{cluster}-" in words[-1]


def _name(words: list[str]) -> str:
    return Path(words[0]).name.partition("-")[0] if words else ""


def _programs() -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                raw = (entry / "cmdline").read_bytes().decode(errors="replace")
                yield int(entry.name), raw.rstrip("\0").split("\0")


def _signal(pids: list[int], signal: Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal)
