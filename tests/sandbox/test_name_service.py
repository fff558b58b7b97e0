"""A sandbox is ready only once services find each other by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.kind import name_service
from grader.sandbox.kind.name_service import wait_for_name_service
from grader.sandbox.process import Cancelled, Commands

from .api_server import ApiServer, Reply, Request, reply

_PATH = "/apis/apps/v1/namespaces/kube-system/deployments"


def _deployment(name: str, available: int | None) -> dict[str, object]:
    status = {} if available is None else {"availableReplicas": available}
    return {"metadata": {"name": name}, "status": status}


def test_waited_for(api_server: ApiServer, tmp_path: Path) -> None:
    """Not there yet, there without a pod, and at last with one of two that answers."""
    looks: list[list[dict[str, object]]] = [
        [],
        [_deployment("coredns", None), _deployment("other", 1)],
        [_deployment("coredns", 1)],
    ]
    asked: list[list[dict[str, object]]] = []

    def answer(_asked: Request) -> Reply:
        asked.append(looks[min(len(asked), 2)])
        return reply({"items": asked[-1]})

    api_server.routes[_PATH] = answer
    wait_for_name_service(api_server.api(tmp_path), Commands())
    assert len(asked) == 3


def test_never_there(
    api_server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox whose names never resolve is broken, and that is said."""
    monkeypatch.setattr(name_service, "_READY_S", 0.2)
    api_server.routes[_PATH] = lambda _asked: reply({"items": [_deployment("coredns", 0)]})
    with pytest.raises(GraderError, match="coredns") as raised:
        wait_for_name_service(api_server.api(tmp_path), Commands())
    assert raised.value.code is Code.SANDBOX_BROKEN


def test_called_off(api_server: ApiServer, tmp_path: Path) -> None:
    """Who ends the start is not kept waiting."""
    commands = Commands()
    commands.cancel()
    with pytest.raises(Cancelled):
        wait_for_name_service(api_server.api(tmp_path), commands)
