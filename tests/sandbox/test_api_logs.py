"""Reading logs: every container's, or an error; never an unread log that looks like a clean one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.model.errors import Code, GraderError
from grader.model.observation import PodLog
from grader.sandbox.api import KubeApi

from .api_server import ApiServer, Reply, Request, named, refusal

_PODS = "/api/v1/namespaces/studio/pods"
_LABELS = {"b": "2", "a": "1"}


def _pod(name: str, *containers: str) -> dict[str, Any]:
    return named(name, spec={"containers": [{"name": container} for container in containers]})


@pytest.fixture
def api(api_server: ApiServer, tmp_path: Path) -> KubeApi:
    """The grader's view of a cluster with a pod of two containers and a pod of one."""
    api_server.serve_list(_PODS, _pod("one", "app", "side"), _pod("two", "app"))

    def log(asked: Request) -> Reply:
        return Reply(200, f"{asked.path} {asked.query['container']}\n".encode())

    for name in ("one", "two"):
        api_server.routes[f"{_PODS}/{name}/log"] = log
    return api_server.api(tmp_path)


def test_every_container_of_every_pod(api: KubeApi, api_server: ApiServer) -> None:
    """Each container's last lines are one entry, of the pods with all the labels."""
    assert api.logs("studio", _LABELS, lines=50) == [
        PodLog("one", "app", f"{_PODS}/one/log app\n"),
        PodLog("one", "side", f"{_PODS}/one/log side\n"),
        PodLog("two", "app", f"{_PODS}/two/log app\n"),
    ]
    assert api_server.requests[0].query["labelSelector"] == "a=1,b=2"
    assert {asked.query["tailLines"] for asked in api_server.requests[1:]} == {"50"}
    assert all(int(asked.query["limitBytes"]) > 0 for asked in api_server.requests[1:])


def test_no_pods_no_logs(api: KubeApi, api_server: ApiServer) -> None:
    """Labels that no pod has give nothing."""
    api_server.serve_list(_PODS)
    assert api.logs("studio", _LABELS) == []


def test_a_container_that_has_not_started(api: KubeApi, api_server: ApiServer) -> None:
    """A container that waits to start has an empty log, and the others keep theirs."""
    api_server.routes[f"{_PODS}/one/log"] = lambda asked: (
        refusal(400, 'container "side" is waiting to start')
        if asked.query["container"] == "side"
        else Reply(200, b"up\n")
    )
    found = {(log.pod, log.container): log.text for log in api.logs("studio", _LABELS)}
    assert found["one", "side"] == ""
    assert found["one", "app"] == "up\n"


def test_a_pod_that_goes_meanwhile(api: KubeApi, api_server: ApiServer) -> None:
    """A pod that is deleted between the two questions is left out."""
    del api_server.routes[f"{_PODS}/one/log"]
    assert [log.pod for log in api.logs("studio", _LABELS)] == ["two"]


@pytest.mark.parametrize("status", [403, 500, 502, 503])
def test_a_log_that_can_not_be_read_is_no_clean_log(
    status: int, api: KubeApi, api_server: ApiServer
) -> None:
    """Where the node or the server refuses a log it is our error: nobody may take it for an empty one."""
    api_server.routes[f"{_PODS}/two/log"] = lambda _: refusal(status, "no way to the node")
    with pytest.raises(GraderError) as caught:
        api.logs("studio", _LABELS)
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert caught.value.detail == "no way to the node"


def test_bytes_that_are_no_text(api: KubeApi, api_server: ApiServer) -> None:
    """Whatever a program writes into its log is read."""
    api_server.routes[f"{_PODS}/two/log"] = lambda _: Reply(200, b"\xff\n")
    assert api.logs("studio", _LABELS)[-1].text == "\N{REPLACEMENT CHARACTER}\n"
