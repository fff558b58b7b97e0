"""What this machine grants a sandbox: the limits that have stopped one before."""

from __future__ import annotations

import ctypes
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.sandbox.settings import settings

MODULES = Path("/lib/modules")
# A node opens about forty; two at once, the engine and a desktop fit below this.
_LEAST_INOTIFY = 128
_NODE_INOTIFY = 40
_LEAST_MEMORY_MIB = 2500
_LEAST_FREE_GIB = 3
SANDBOX_MIB = 1000
"""About what a sandbox on a container engine takes, the candidate's work in it included."""


@dataclass(frozen=True)
class Limit:
    """One limit of this machine.

    Attributes:
        name: What it is.
        found: Its value, as a person reads it.
        enough: Whether a sandbox fits.
        mend: What to type where it does not.
    """

    name: str
    found: str
    enough: bool
    mend: str


def limits() -> list[Limit]:
    """Every limit that matters."""
    return [_inotify(), _memory(), _disk(), _modules()]


def require_inotify() -> None:
    """Try to have as many inotify instances as a node opens.

    The kernel counts them by user, so this holds where the node runs as the user who asks. A node that gets
    none of them dies without a word of it.

    Raises:
        GraderError: inotify-exhausted.
    """
    library = ctypes.CDLL(None, use_errno=True)
    opened: list[int] = []
    try:
        while len(opened) < _NODE_INOTIFY:
            handle = library.inotify_init1(os.O_CLOEXEC)
            if handle < 0:
                raise GraderError(
                    Code.INOTIFY_EXHAUSTED,
                    f"a Kubernetes node needs {_NODE_INOTIFY} inotify instances, "
                    f"{len(opened)} are left",
                    where="/proc/sys/fs/inotify/max_user_instances",
                    hint="sudo sysctl fs.inotify.max_user_instances=1024",
                )
            opened.append(handle)
    finally:
        for handle in opened:
            os.close(handle)


def _inotify() -> Limit:
    path = Path("/proc/sys/fs/inotify/max_user_instances")
    value = int(path.read_text()) if path.exists() else 0
    return Limit(
        "inotify instances",
        str(value),
        value >= _LEAST_INOTIFY,
        "sudo sysctl fs.inotify.max_user_instances=1024",
    )


def free_mib() -> int:
    """Memory that programs can still have without anything being swapped out, in MiB."""
    for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) >> 10
    return 0


def _memory() -> Limit:
    available = free_mib()
    return Limit(
        "free memory",
        f"{available} MiB, a sandbox takes about {SANDBOX_MIB}",
        available >= _LEAST_MEMORY_MIB,
        "grader stop --all",
    )


def _disk() -> Limit:
    place = settings().cache
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free >> 30
    return Limit(
        "free disk space",
        f"{free} GiB at {settings().cache}",
        free >= _LEAST_FREE_GIB,
        "free some space, or name another folder in GRADER_CACHE",
    )


def require_modules_folder() -> None:
    """Have the folder of kernel modules, which kind mounts into the node and minimal systems lack.

    Raises:
        GraderError: engine-unfit, where it is missing and only root could make it.
    """
    if MODULES.is_dir():
        return
    if os.geteuid() != 0:
        raise GraderError(
            Code.ENGINE_UNFIT,
            "a node can't be started without the folder of kernel modules",
            where=str(MODULES),
            hint=_modules().mend,
        )
    MODULES.mkdir(parents=True, exist_ok=True)


def _modules() -> Limit:
    return Limit(
        "kernel modules' folder",
        f"{MODULES} {'is there' if MODULES.is_dir() else 'is missing'}",
        MODULES.is_dir() or os.geteuid() == 0,
        f"sudo mkdir -p {MODULES}",
    )
