"""The faults of the surroundings are recognised by what programs say and by the system's own numbers."""

from __future__ import annotations

import errno
import os

import pytest

from grader.model.errors import Code, ExitCode, GraderError
from grader.sandbox.faults import faults_named
from grader.sandbox.process import Output, failure

_SAID = [
    ("write /var/lib/docker/tmp/x: no space left on device", Code.DISK_FULL),
    ("tar: big: Cannot write: Disk quota exceeded", Code.DISK_FULL),
    ("Failed to create control group inotify object: Too many open files", Code.INOTIFY_EXHAUSTED),
    ("failed to create inotify watch: No space left on device", Code.INOTIFY_EXHAUSTED),
    ("listen tcp4 127.0.0.1:41023: bind: address already in use", Code.PORT_BUSY),
    ("Bind for 127.0.0.1:41023 failed: port is already allocated", Code.PORT_BUSY),
    ("Cannot connect to the Docker daemon at unix:///x.sock", Code.ENGINE_STOPPED),
    ("dial unix: refused. Is the docker daemon running?", Code.ENGINE_STOPPED),
    ("error during connect: Get http://x/info: EOF", Code.ENGINE_STOPPED),
    ("Error: unable to connect to Podman socket: no such file", Code.ENGINE_STOPPED),
]


@pytest.mark.parametrize(("said", "code"), _SAID)
def test_a_program_that_dies_of_its_surroundings_says_which(said: str, code: Code) -> None:
    """Whatever a failed program was for, a fault of the machine is named, with what to type."""
    error = failure(Output("kind create", 1, b"", f"before\n{said}\nafter"), Code.INTERNAL)
    assert error.code is code
    assert error.code.exit_code is ExitCode.ENVIRONMENT
    assert error.hint
    assert said in (error.detail or "")


def test_a_fault_far_above_the_last_words_is_found() -> None:
    """The fault counts even where many lines follow it."""
    said = "no space left on device\n" + "cleaning up\n" * 100
    assert failure(Output("x", 1, b"", said), Code.INTERNAL).code is Code.DISK_FULL


def test_a_fault_told_on_standard_output_is_found() -> None:
    """Programs that tell their story on standard output are understood as well."""
    error = failure(Output("x", 1, b"E: No space left on device", ""), Code.IMAGE_BUILD)
    assert error.code is Code.DISK_FULL


def test_other_failures_keep_their_code_and_hint() -> None:
    """A failure that has nothing to do with the machine is told as it was meant."""
    error = failure(Output("x", 1, b"", "syntax error"), Code.IMAGE_BUILD, hint="mend it")
    assert (error.code, error.hint) == (Code.IMAGE_BUILD, "mend it")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, Code.DISK_FULL),
        (errno.EDQUOT, Code.DISK_FULL),
        (errno.EMFILE, Code.INOTIFY_EXHAUSTED),
        (errno.EADDRINUSE, Code.PORT_BUSY),
    ],
)
def test_what_the_system_refuses_is_named(number: int, code: Code) -> None:
    """A write of our own that the system refuses is the same error as a program's."""
    with pytest.raises(GraderError) as caught, faults_named():
        raise OSError(number, os.strerror(number), "/some/file")
    assert caught.value.code is code
    assert caught.value.where == "/some/file"
    assert caught.value.hint


def test_a_full_disk_is_real() -> None:
    """The kernel's own refusal is understood: /dev/full takes no byte."""
    with (
        pytest.raises(GraderError) as caught,
        faults_named(),
        open("/dev/full", "wb", buffering=0) as full,  # noqa: PTH123 - a device
    ):
        full.write(b"x")
    assert caught.value.code is Code.DISK_FULL


def test_other_refusals_stay_what_they_are() -> None:
    """An unforeseen refusal is not dressed up."""
    with pytest.raises(FileNotFoundError), faults_named():
        raise FileNotFoundError(errno.ENOENT, "no such file")


def test_an_error_whose_detail_tells_of_a_fault_is_renamed() -> None:
    """An error of ours that carries a program's words gets the code that the words deserve."""
    with pytest.raises(GraderError) as caught, faults_named():
        raise GraderError(
            Code.IMAGE_BUILD, "what", "where", "apt-get update", "No space left on device"
        )
    error = caught.value
    assert (error.code, error.what, error.where) == (Code.DISK_FULL, "what", "where")
    assert (error.hint or "").startswith("df -h")


def test_an_error_without_such_words_stays_itself() -> None:
    """Other errors go through untouched."""
    mine = GraderError(Code.IMAGE_BUILD, "what", detail="syntax error")
    with pytest.raises(GraderError) as caught, faults_named():
        raise mine
    assert caught.value is mine
