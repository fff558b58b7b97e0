"""Recognises the faults of the surroundings: by what a failed program says, by what the system refuses."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from grader.model.errors import Code, GraderError


@dataclass(frozen=True)
class Fault:
    """One fault that a program can die of without being at fault itself.

    Attributes:
        code: The error that it is.
        said: What programs say of it.
        hint: What to type.
        numbers: The system's own numbers for it.
    """

    code: Code
    said: re.Pattern[str]
    hint: str
    numbers: tuple[int, ...] = ()


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# The first that fits is taken: the kernel says "no space" of inotify's watches, too.
_FAULTS = (
    Fault(
        Code.INOTIFY_EXHAUSTED,
        _words(r"inotify[^\n]*no space left on device|too many open files"),
        "sudo sysctl fs.inotify.max_user_instances=1024",
        (errno.EMFILE, errno.ENFILE),
    ),
    Fault(
        Code.DISK_FULL,
        _words(r"no space left on device|disk quota exceeded"),
        "df -h  # free some space, then run the same command again",
        (errno.ENOSPC, errno.EDQUOT),
    ),
    Fault(
        Code.PORT_BUSY,
        _words(r"address already in use|port is already allocated"),
        "sudo ss -tulpn  # shows who holds it; end that, then run the same command again",
        (errno.EADDRINUSE,),
    ),
    Fault(
        Code.ENGINE_STOPPED,
        _words(
            r"cannot connect to the docker daemon|is the docker daemon running"
            r"|error during connect|(cannot|unable to) connect to podman"
        ),
        "grader doctor  # says how to start it; then grader stop --all",
    ),
)


def fault_in(text: str) -> Fault | None:
    """The fault that a program's words tell of."""
    return next((fault for fault in _FAULTS if fault.said.search(text)), None)


@contextmanager
def faults_named() -> Iterator[None]:
    """Turn what the system refuses inside the block, or a program's words tell of, into that fault's error."""
    try:
        yield
    except OSError as error:
        fault = next((f for f in _FAULTS if error.errno in f.numbers), None)
        if fault is None:
            raise
        what = f"the system refuses: {error.strerror}"
        raise GraderError(fault.code, what, str(error.filename or ""), fault.hint) from error
    except GraderError as error:
        fault = fault_in(error.detail or "")
        if fault is None or fault.code is error.code:
            raise
        raise GraderError(fault.code, error.what, error.where, fault.hint, error.detail) from error
