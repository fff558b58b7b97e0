"""Programs that a killed grader left are ended: those of the named sandbox, and never another."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.sandbox.kind import orphans
from grader.sandbox.kind.orphans import end_orphans
from grader.sandbox.waiting import wait_until

_CLUSTER = "grader-t3st0r"
_STUBBORN = (
    "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up', flush=True); sys.stdin.read()"
)
_MEEK = "import sys; print('up', flush=True); sys.stdin.read()"

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts real processes that carry any words as their command line, and ends them."""
    started: list[subprocess.Popen[bytes]] = []

    def one(program: str, *words: str, stubborn: bool = False) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [program, "-c", _STUBBORN if stubborn else _MEEK, *words],
            executable=sys.executable,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        return process

    yield one
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs are given a moment only."""
    monkeypatch.setattr(orphans, "_GRACE_S", 0.3)


def _ended(process: subprocess.Popen[bytes]) -> bool:
    return wait_until(lambda: process.poll() is not None, timeout_s=10)


@pytest.mark.parametrize(
    "words",
    [
        ("/opt/kind", "create", "cluster", f"--name={_CLUSTER}"),
        ("kind-v0.33.0", "create", "cluster", "--name", _CLUSTER),
        ("python", "grader.sandbox.kind.create", _CLUSTER, "image"),
        (
            "python",
            "grader.sandbox.workstation.create",
            json.dumps({"name": f"{_CLUSTER}-workstation"}),
        ),
    ],
)
def test_makers_of_the_sandbox_are_ended(words: tuple[str, ...], start: Start) -> None:
    """kind, and our own processes that make a cluster or a workstation, are ended if they make this one."""
    process = start(*words)
    end_orphans(_CLUSTER)
    assert _ended(process)


def test_a_stubborn_maker_is_ended_too(start: Start) -> None:
    """A program that ignores the polite signal is killed."""
    process = start("kind", "create", "cluster", f"--name={_CLUSTER}", stubborn=True)
    end_orphans(_CLUSTER)
    assert _ended(process)
    assert process.returncode == -9


@pytest.mark.parametrize(
    "words",
    [
        ("kind", "create", "cluster", f"--name={_CLUSTER}2"),
        ("kind", "create", "cluster", "--name=grader-0ther0"),
        ("kind", "get", "clusters"),
        ("python", "grader.sandbox.kind.create", "grader-0ther0"),
        ("python", "grader.sandbox.workstation.create", '{"name": "grader-0ther0-workstation"}'),
        ("vim", f"{_CLUSTER}"),
        ("grep", f"--name={_CLUSTER}", "kind"),
        ("conmon", "--name", f"{_CLUSTER}-control-plane"),
    ],
)
def test_others_are_left_alone(words: tuple[str, ...], start: Start) -> None:
    """Makers of other sandboxes, other people's programs and the engine's own live on."""
    process = start(*words)
    end_orphans(_CLUSTER)
    assert process.poll() is None


def test_the_engines_own_programs_are_waited_for_and_not_ended(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container that is being made is waited for, as one that appears after the clean-up would stay."""
    process = start("/usr/bin/podman", "run", "--name", f"{_CLUSTER}-control-plane")
    asked: list[bool] = []

    def wait(true: Callable[[], bool], *, timeout_s: float) -> bool:
        assert timeout_s
        asked.append(true())
        return False

    monkeypatch.setattr(orphans, "wait_until", wait)
    end_orphans(_CLUSTER)
    assert asked == [False]
    assert process.poll() is None
    process.kill()
    process.wait(10)
    end_orphans(_CLUSTER)
    assert asked[-1] is True


def test_an_engine_that_does_something_else_is_not_waited_for(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shell in the workstation, or a follower of its log, does not hold the clean-up up."""
    start("docker", "exec", "-it", f"{_CLUSTER}-workstation", "bash")
    asked: list[bool] = []

    def wait(true: Callable[[], bool], *, timeout_s: float) -> bool:
        assert timeout_s
        asked.append(true())
        return asked[-1]

    monkeypatch.setattr(orphans, "wait_until", wait)
    end_orphans(_CLUSTER)
    assert asked == [True]


@pytest.mark.parametrize(("folder", "ended"), [(_CLUSTER, True), ("grader-0ther0", False)])
def test_the_service_of_a_killed_start_is_ended(
    folder: str, ended: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Podman's service for this sandbox ends and its folder goes; another sandbox's stay."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = tmp_path / f"{folder}-x7"
    place.mkdir()
    # A shell that reads its script from a file called as Podman's first word is.
    (tmp_path / "system").write_text("echo up\nread -r line\n", encoding="utf-8")
    service = subprocess.Popen(
        ["podman", "system", "service", "--time=60", f"unix://{place}/podman.sock"],
        executable="/bin/sh",
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert service.stdout is not None
        assert service.stdout.readline() == b"up\n"
        end_orphans(_CLUSTER)
        assert (_ended(service) if ended else service.poll() is not None) is ended
        assert place.exists() is not ended
    finally:
        service.kill()
        service.communicate()


def test_nothing_to_end_is_fine() -> None:
    """Without any such program nothing happens, and nothing is waited for."""
    end_orphans(_CLUSTER)
