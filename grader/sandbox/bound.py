"""Starts programs that die with the process that starts them.

Little of Python's own library is imported here, and nothing else: the supervisor of a sandbox lives as long as that does.
"""

from __future__ import annotations

import ctypes
import subprocess
from signal import SIGKILL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PR_SET_PDEATHSIG = 1


def bound(
    argv: Sequence[str], environment: Mapping[str, str], log: str, cwd: str
) -> subprocess.Popen[bytes]:
    """Start a program that dies with this process, however this one dies; its output goes to a file.

    For a process with one thread: the kernel sees the end of the thread that starts it.

    Args:
        argv: The program and its arguments.
        environment: All of its environment.
        log: Its output is added there.
        cwd: Its working folder.
    """
    with open(log, "ab") as sink:  # noqa: PTH123 - pathlib takes half a megabyte
        return subprocess.Popen(  # noqa: S603 - argument lists only
            argv,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            env=dict(environment),
            cwd=cwd,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - there is one thread only
        )


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, SIGKILL)
