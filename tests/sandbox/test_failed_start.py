"""A start that fails: the cause is told, and what was started is stopped or named."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

import pytest

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox import host
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind import bring_up, provider
from grader.sandbox.kind.bring_up import BringUp, _raise_cause
from grader.sandbox.kind.node_image import ImageReason, NodeImage
from grader.sandbox.kind.provider import KindProvider
from grader.sandbox.process import Cancelled, Commands
from grader.sandbox.protocol import SandboxRequest

from .programs import Programs

_NODE_GONE = GraderError(Code.SANDBOX_GONE, "the node vanished")
_KIND_SAYS = GraderError(Code.DISK_FULL, "kind says why")


@pytest.fixture
def request_(tmp_path: Path) -> SandboxRequest:
    """A request for a sandbox."""
    folder = tmp_path / "attempt"
    folder.mkdir()
    return SandboxRequest("t3st0r", folder, ())


@pytest.fixture
def engine(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A Podman that has nothing and takes everything."""
    path = programs.add(
        "podman",
        'case "$*" in version*) echo 5.4.0;; *inspect*) echo "no such" >&2; exit 125;; esac\n',
    )
    monkeypatch.setattr(provider, "require_inotify", lambda: None)
    return Engine("podman", path, "5.4.0")


def _failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(_self: BringUp) -> None:
        raise error

    monkeypatch.setattr(BringUp, "run", fail)


def _start(request: SandboxRequest) -> None:
    KindProvider().start(request, PhaseLog())


@pytest.mark.usefixtures("engine")
def test_the_system_s_refusal_is_named(
    request_: SandboxRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of ours that does not fit on the disk is the error for a full disk."""
    _failing(monkeypatch, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "kind.yaml"))
    with pytest.raises(GraderError) as caught:
        _start(request_)
    assert caught.value.code is Code.DISK_FULL


@pytest.mark.usefixtures("engine")
def test_what_was_started_is_stopped(
    request_: SandboxRequest, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failure or an interrupt the sandbox's containers and network are removed."""
    programs.add(
        "podman",
        'case "$*" in version*) echo 5.4.0;; ps*) echo grader-t3st0r-control-plane;;\n'
        '"network ls"*) echo grader-t3st0r; echo grader-t3st0r2;; esac\n',
    )
    _failing(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        _start(request_)
    calls = programs.calls("podman")
    assert "rm --force --volumes --time=0 grader-t3st0r-control-plane" in calls
    assert [call for call in calls if call.startswith("network rm")] == ["network rm grader-t3st0r"]


@pytest.mark.usefixtures("engine")
def test_an_engine_that_stops_half_way(
    request_: SandboxRequest, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where not even the clean-up works, the first error is told, and what to type for what is left."""
    _failing(monkeypatch, GraderError(Code.ENGINE_STOPPED, "the cause", detail="its words"))
    programs.add(
        "podman", '[ "$1" = version ] && echo 5.4.0 && exit 0; echo broken >&2; exit 125\n'
    )
    with pytest.raises(GraderError) as caught:
        _start(request_)
    assert caught.value.what == "the cause"
    detail = caught.value.detail or ""
    assert detail.startswith("its words\n")
    assert "grader stop t3st0r" in detail


@pytest.mark.usefixtures("engine")
def test_too_few_inotify_instances_stop_it_before_anything_is_made(
    request_: SandboxRequest, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without inotify instances is told before a container is made."""
    monkeypatch.setattr(provider, "require_inotify", host.require_inotify)
    monkeypatch.setattr(host, "_NODE_INOTIFY", 1_000_000)
    with pytest.raises(GraderError) as caught:
        _start(request_)
    assert caught.value.code is Code.INOTIFY_EXHAUSTED
    assert "sysctl" in (caught.value.hint or "")
    assert not [call for call in programs.calls("podman") if not call.startswith("version")]


@pytest.mark.usefixtures("engine")
def test_the_instances_of_another_user_are_not_counted(
    request_: SandboxRequest, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A normal user's count says nothing about a Docker that runs as root."""
    programs.says("docker", "29.1.0 []\n")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    asked: list[int] = []
    monkeypatch.setattr(provider, "require_inotify", lambda: asked.append(1))
    _failing(monkeypatch, GraderError(Code.SANDBOX_BROKEN, "later"))
    with pytest.raises(GraderError, match="later"):
        _start(request_)
    assert not asked


@pytest.mark.usefixtures("programs")
def test_without_an_engine_nothing_is_tried(request_: SandboxRequest) -> None:
    """A machine without an engine gets the install command and no half-made sandbox."""
    with pytest.raises(GraderError) as caught:
        _start(request_)
    assert caught.value.code is Code.ENGINE_MISSING
    assert not list(request_.folder.iterdir())


def _failed(error: BaseException) -> Future[None]:
    future: Future[None] = Future()
    future.set_exception(error)
    return future


def test_the_cause_is_told_and_not_its_consequences() -> None:
    """Of several failures the earliest step's error is raised, and never a mere calling-off."""
    done: Future[None] = Future()
    done.set_result(None)
    with pytest.raises(GraderError, match="kind says why"):
        _raise_cause([_failed(_KIND_SAYS), _failed(_NODE_GONE), _failed(Cancelled("x"))])
    with pytest.raises(GraderError, match="the node vanished"):
        _raise_cause([_failed(Cancelled("x")), done, _failed(_NODE_GONE)])
    with pytest.raises(PermissionError):
        _raise_cause([_failed(Cancelled("x")), _failed(PermissionError())])


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(("there", "told"), [(False, "kind says why"), (True, "the node vanished")])
def test_kind_has_the_last_word_where_the_node_is_gone(
    there: bool,
    told: str,
    engine: Engine,
    request_: SandboxRequest,
    programs: Programs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the node is gone kind is heard, as it took the node away; where it runs nobody waits for kind."""
    if there:
        programs.says("podman", '[{"State": {"Running": true}}]')
    commands = Commands()
    start = BringUp(engine, request_, PhaseLog(), commands)
    heard = threading.Event()
    monkeypatch.setattr(bring_up, "wait", _watched_wait(heard))

    def cluster() -> None:
        # Goes on when somebody listens, or when all is called off.
        heard.wait(30)
        commands.require_wanted("kind")
        raise _KIND_SAYS

    def services() -> None:
        raise _NODE_GONE

    call_off = start._call_off

    def called_off() -> None:
        call_off()
        heard.set()

    monkeypatch.setattr(start, "_prepare", lambda: None)
    image = NodeImage("node", own=True, reason=ImageReason.MADE_BEFORE)
    monkeypatch.setattr(start, "_image", image, raising=False)
    monkeypatch.setattr(start, "_cluster", cluster)
    monkeypatch.setattr(start, "_services", services)
    monkeypatch.setattr(start, "_workstation", lambda: None)
    monkeypatch.setattr(start, "_call_off", called_off)
    with pytest.raises(GraderError, match=told):
        start.run()


def _watched_wait(heard: threading.Event) -> Callable[..., object]:
    def watched(work: Sequence[Future[None]], **options: Any) -> object:
        if "timeout" in options:
            heard.set()
        return wait(work, **options)

    return watched
