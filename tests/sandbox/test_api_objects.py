"""Reading a cluster: every object, page by page, or a clear error."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox import api as api_module
from grader.sandbox.api import KubeApi

from .api_server import ApiServer, Reply, Request, Route, named, refusal, reply

_PODS = "/api/v1/pods"


@pytest.fixture
def api(api_server: ApiServer, tmp_path: Path) -> KubeApi:
    """The grader's view of the server."""
    return api_server.api(tmp_path)


def _in_pages(*pages: list[str]) -> Route:
    def route(asked: Request) -> Reply:
        number = int(asked.query.get("continue", "0"))
        more = {"continue": str(number + 1)} if number + 1 < len(pages) else {}
        return reply({"metadata": more, "items": [named(name) for name in pages[number]]})

    return route


def test_all_pages_are_read(api: KubeApi, api_server: ApiServer) -> None:
    """A list that comes in pages is read to its end, in order, each object with its version and kind."""
    api_server.routes[_PODS] = _in_pages(["a", "b"], ["c"], ["d"])
    found = api.listed(_PODS, "v1", "Pod", {"labelSelector": "app=x"})
    assert [item["metadata"]["name"] for item in found] == ["a", "b", "c", "d"]
    assert {(item["apiVersion"], item["kind"]) for item in found} == {("v1", "Pod")}
    assert [asked.query.get("continue") for asked in api_server.requests] == [None, "1", "2"]
    assert {asked.query["labelSelector"] for asked in api_server.requests} == {"app=x"}
    assert {asked.query["limit"] for asked in api_server.requests} == {"500"}


def test_an_object_s_own_version_and_kind_count(api: KubeApi, api_server: ApiServer) -> None:
    """Where the server fills in version and kind they are kept."""
    api_server.serve_list(_PODS, {"apiVersion": "v2", "kind": "Pod", "metadata": {}})
    assert api.listed(_PODS, "v1", "Pod")[0]["apiVersion"] == "v2"


def test_every_kind_that_can_be_listed_is_read(api: KubeApi, api_server: ApiServer) -> None:
    """Core and group kinds are read once each; subresources, kinds without lists and noise are not."""
    api_server.serve_groups("apps/v1", "events.k8s.io/v1")
    api_server.serve_kinds("v1", Pod="pods", ComponentStatus="componentstatuses")
    api_server.serve_kinds("apps/v1", Deployment="deployments")
    api_server.serve_kinds("events.k8s.io/v1", Event="events")
    api_server.serve_list(_PODS, named("p"))
    api_server.serve_list("/apis/apps/v1/deployments", named("d"), named("e"))
    found = api.objects()
    assert {kind: len(items) for kind, items in found.items()} == {
        "v1/Pod": 1,
        "apps/v1/Deployment": 2,
    }


@pytest.mark.parametrize("status", [403, 404, 410, 500, 503])
def test_a_kind_that_can_not_be_read_is_an_error(
    status: int, api: KubeApi, api_server: ApiServer
) -> None:
    """No kind is silently missing: whatever the server refuses is our error, with its words."""
    api_server.serve_groups()
    api_server.serve_kinds("v1", Pod="pods")
    api_server.routes[_PODS] = lambda _: refusal(status, "for a reason")
    with pytest.raises(GraderError) as caught:
        api.objects()
    error = caught.value
    assert error.code is Code.SANDBOX_BROKEN
    assert str(status) in error.what
    assert (error.where, error.detail) == (_PODS, "for a reason")


def test_a_refusal_without_json_keeps_its_words(api: KubeApi, api_server: ApiServer) -> None:
    """An answer that is no Status is shown as it came, cut to a page."""
    api_server.routes[_PODS] = lambda _: Reply(500, b"x" * 5000)
    with pytest.raises(GraderError) as caught:
        api.get(_PODS)
    assert caught.value.detail == "x" * 1000


def test_too_many_objects_in_all(
    api: KubeApi, api_server: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster that was flooded is our error, not a grader that eats all memory."""
    monkeypatch.setattr(api_module, "_MOST_OBJECTS", 3)
    api_server.serve_groups()
    api_server.serve_kinds("v1", Pod="pods", Secret="secrets")
    api_server.serve_list(_PODS, named("a"), named("b"))
    api_server.serve_list("/api/v1/secrets", named("c"), named("d"))
    with pytest.raises(GraderError) as caught:
        api.objects()
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert "4 objects" in caught.value.what


def test_too_many_objects_of_one_kind(
    api: KubeApi, api_server: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading stops at the limit, however many pages would follow."""
    monkeypatch.setattr(api_module, "_MOST_OBJECTS", 3)
    api_server.routes[_PODS] = _in_pages(*[["a", "b"]] * 10)
    with pytest.raises(GraderError) as caught:
        api.listed(_PODS, "v1", "Pod")
    assert caught.value.where == _PODS
    assert len(api_server.requests) == 2


def test_a_server_that_is_gone(api: KubeApi, api_server: ApiServer) -> None:
    """An API server that does not answer means that the sandbox is gone."""
    api_server.stop()
    with pytest.raises(GraderError) as caught:
        api.get(_PODS)
    error = caught.value
    assert error.code is Code.SANDBOX_BROKEN
    assert error.hint == "grader status"
    assert (error.where or "").endswith(_PODS)


def test_a_server_that_hangs(api: KubeApi, api_server: ApiServer) -> None:
    """An API server that takes the question and never answers is given up after its time."""
    answered = threading.Event()

    def hang(_asked: Request) -> Reply:
        answered.wait(30)
        return reply({})

    api_server.routes["/version"] = hang
    with pytest.raises(GraderError) as caught:
        api.request("GET", "/version", timeout_s=0.2)
    answered.set()
    assert caught.value.code is Code.SANDBOX_BROKEN


def test_a_plain_request_gets_every_status(api: KubeApi, api_server: ApiServer) -> None:
    """Answers of every status come back from a plain request."""
    answer = api.request("GET", "/nowhere")
    assert answer.status == 404
    assert answer.json()["kind"] == "Status"
    assert api_server.requests[0].headers["Accept"] == "application/json"


def test_no_proxy_stands_between(
    api_server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that a machine's environment names is not asked for what is on the machine itself."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    api_server.serve("/version", {"gitVersion": "v1"})
    assert api_server.api(tmp_path).get("/version") == {"gitVersion": "v1"}
