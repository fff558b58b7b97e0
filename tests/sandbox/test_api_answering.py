"""Whether an API server answers: what stops an exam's clock, so never an exception."""

from __future__ import annotations

from pathlib import Path

from grader.sandbox.api import is_answering

from .api_server import ApiServer, Reply


def test_ready(api_server: ApiServer, tmp_path: Path) -> None:
    """One that says it is ready answers; one that says it is not does not."""
    kubeconfig = api_server.kubeconfig(tmp_path)
    api_server.routes["/readyz"] = lambda _asked: Reply(200, b"ok")
    assert is_answering(kubeconfig)
    api_server.routes["/readyz"] = lambda _asked: Reply(500, b"etcd failed")
    assert not is_answering(kubeconfig)


def test_nobody_there(api_server: ApiServer, tmp_path: Path) -> None:
    """Neither a server that ended nor a sandbox without a kubeconfig answers."""
    kubeconfig = api_server.kubeconfig(tmp_path)
    api_server.stop()
    assert not is_answering(kubeconfig)
    assert not is_answering(tmp_path / "none")
