"""A plan's steps as requests to the API server, and the wait that follows them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.api import KubeApi
from grader.sandbox.process import Commands
from grader.sandbox.reset import carry_out, settle
from grader.sandbox.reset.carry_out import bring_back, clear, forget_events
from grader.sandbox.reset.differences import differences
from grader.sandbox.reset.plan import Plan
from grader.sandbox.reset.settle import wait_settled

from .api_server import ApiServer, Reply, Request, refusal, reply

_PATH = "/api/v1/namespaces/n/configmaps/one"
_HOOK = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/hook"


@pytest.fixture
def api(api_server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KubeApi:
    """The grader's view of a server that knows a few kinds, and does not insist for long."""
    monkeypatch.setattr(carry_out, "_INSIST_S", 0.3)
    monkeypatch.setattr(carry_out, "_SPACE_S", 0.3)
    monkeypatch.setattr(settle, "_READY_S", 0.3)
    api_server.serve_kinds("v1", Namespace="namespaces", ConfigMap="configmaps", Pod="pods")
    api_server.serve_kinds(
        "admissionregistration.k8s.io/v1",
        MutatingWebhookConfiguration="mutatingwebhookconfigurations",
    )
    return api_server.api(tmp_path)


def an_object(kind: str = "ConfigMap", name: str = "one", **metadata: Any) -> dict[str, Any]:
    """An object as a list has it."""
    version = "v1" if kind in {"ConfigMap", "Pod"} else "admissionregistration.k8s.io/v1"
    space = {"namespace": "n"} if version == "v1" else {}
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "uid": f"uid-{name}", **space, **metadata},
        "data": {"a": "b"},
        "status": {"x": "y"},
    }


def asked(server: ApiServer, *methods: str) -> list[tuple[str, str]]:
    """Method and path of the requests by these methods."""
    return [(r.method, r.path) for r in server.requests if r.method in methods]


def test_removed_at_once_and_none_but_the_very_object(api: KubeApi, api_server: ApiServer) -> None:
    """An object goes without grace, and only if it is still the same; what reaches far goes before all else."""
    pod = "/api/v1/namespaces/n/pods/p"
    for path in (_PATH, _HOOK, pod):
        api_server.serve(path, {})
    hook = an_object("MutatingWebhookConfiguration", "hook")
    clear(Plan(reaching=(hook,), remove=(an_object(),), pods=(an_object("Pod", "p"),)), api)
    assert asked(api_server, "DELETE", "PATCH") == [
        ("DELETE", _HOOK),
        ("DELETE", _PATH),
        ("DELETE", pod),
    ]
    options = json.loads(next(r for r in api_server.requests if r.path == _PATH).body)
    assert options["gracePeriodSeconds"] == 0
    assert options["preconditions"] == {"uid": "uid-one"}


def test_finalizers_are_taken_off(api: KubeApi, api_server: ApiServer) -> None:
    """What keeps an object from going is taken away; one that is gone already is fine."""
    api_server.serve(_PATH, {}, 404)
    clear(Plan(remove=(an_object(finalizers=["mine/never"]),)), api)
    assert asked(api_server, "DELETE", "PATCH") == [("DELETE", _PATH), ("PATCH", _PATH)]
    body = next(r for r in api_server.requests if r.method == "PATCH").body
    assert json.loads(body) == {"metadata": {"finalizers": None}}


def test_a_refusal_is_asked_again_and_told_if_it_stays(api: KubeApi, api_server: ApiServer) -> None:
    """A webhook that is gone refuses for a moment still; a refusal that stays is an error with its words."""
    times: list[int] = []

    def refuses_twice(_asked: Request) -> Reply:
        times.append(1)
        return reply({}) if len(times) > 2 else refusal(403, "denied by hook")

    api_server.routes[_PATH] = refuses_twice
    clear(Plan(remove=(an_object(),)), api)
    assert len(times) == 3
    api_server.routes[_PATH] = lambda _: refusal(403, "denied by hook")
    with pytest.raises(GraderError) as caught:
        clear(Plan(remove=(an_object(),)), api)
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert (caught.value.where, caught.value.detail) == (_PATH, "denied by hook")


def test_a_namespace_is_waited_for(api: KubeApi, api_server: ApiServer) -> None:
    """Nothing is made before a namespace is gone; one that does not go is an error."""
    looks: list[int] = []

    def going(_asked: Request) -> Reply:
        looks.append(1)
        return refusal(404, "gone") if len(looks) > 1 else reply({})

    api_server.routes["/api/v1/namespaces/mine"] = going
    clear(Plan(spaces=("mine",)), api)
    assert len(looks) == 2
    api_server.routes["/api/v1/namespaces/mine"] = lambda _: reply({})
    with pytest.raises(GraderError, match="does not go"):
        clear(Plan(spaces=("mine",)), api)


def test_what_comes_back_is_a_new_object(api: KubeApi, api_server: ApiServer) -> None:
    """An object is made without its old identity and status; one that the cluster has made meanwhile is fine."""
    api_server.serve("/api/v1/namespaces/n/configmaps", {}, 409)
    old = an_object(resourceVersion="7", managedFields=[{}], labels={"l": "m"})
    bring_back(Plan(create=(old,)), {}, api)
    (made,) = [r for r in api_server.requests if r.method == "POST"]
    assert json.loads(made.body) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "one", "namespace": "n", "labels": {"l": "m"}},
        "data": {"a": "b"},
    }


def test_what_can_not_be_replaced_is_made_anew(api: KubeApi, api_server: ApiServer) -> None:
    """Content is put back in place; where the server does not allow that, in another object of that name."""
    api_server.serve(_PATH, {})
    bring_back(Plan(replace=(an_object(),)), {}, api)
    assert asked(api_server, "PUT", "DELETE", "POST") == [("PUT", _PATH)]
    api_server.requests.clear()

    def immutable(request: Request) -> Reply:
        if request.method == "PUT":
            return refusal(422, "immutable")
        return reply({"metadata": {"name": "one", "namespace": "n", "uid": "now"}})

    api_server.routes[_PATH] = immutable
    api_server.serve("/api/v1/namespaces/n/configmaps", {}, 201)
    bring_back(Plan(replace=(an_object(),)), {}, api)
    assert asked(api_server, "PUT", "DELETE", "POST") == [
        ("PUT", _PATH),
        ("DELETE", _PATH),
        ("POST", "/api/v1/namespaces/n/configmaps"),
    ]
    removal = next(r for r in api_server.requests if r.method == "DELETE")
    assert json.loads(removal.body)["preconditions"] == {"uid": "now"}


def test_events_go(api: KubeApi, api_server: ApiServer) -> None:
    """Events of each namespace are deleted as a whole."""
    forget_events(["a", "b"], api)
    assert sorted(asked(api_server, "DELETE")) == [
        ("DELETE", "/api/v1/namespaces/a/events"),
        ("DELETE", "/api/v1/namespaces/b/events"),
    ]


def a_pod(name: str, owner: str, *, ready: bool = True, **metadata: Any) -> dict[str, Any]:
    """A pod of a ReplicaSet."""
    reference = {"kind": "ReplicaSet", "name": owner, "uid": f"uid-{owner}", "controller": True}
    status = {"containerStatuses": [{"name": "c", "ready": ready}]}
    return {
        **an_object("Pod", name, ownerReferences=[reference], **metadata),
        "status": status,
    }


def a_deployment(name: str, *, available: int = 1) -> dict[str, Any]:
    """A Deployment of one pod."""
    counts = dict.fromkeys(("replicas", "updatedReplicas"), 1)
    return {
        "metadata": {"name": name, "namespace": "n", "generation": 1},
        "spec": {"replicas": 1},
        "status": {"observedGeneration": 1, **counts, "availableReplicas": available},
    }


def serve(
    server: ApiServer, deployments: Sequence[Mapping[str, Any]], pods: Sequence[Mapping[str, Any]]
) -> None:
    """Have these in the cluster, and the ReplicaSet "web"."""
    server.serve_list("/apis/apps/v1/deployments", *deployments)
    server.serve_list(
        "/apis/apps/v1/replicasets",
        {"metadata": {"name": "web", "namespace": "n", "uid": "uid-web"}},
    )
    server.serve_list("/api/v1/pods", *pods)


ORIGIN = {
    "apps/v1/Deployment": [a_deployment("web"), a_deployment("late", available=0)],
    "v1/Pod": [a_pod("web-1", "web")],
}


def test_settled(api: KubeApi, api_server: ApiServer) -> None:
    """All is well with as many pods as before; what was not complete then need not be now."""
    serve(
        api_server,
        [a_deployment("web"), a_deployment("late", available=0)],
        [a_pod("web-2", "web")],
    )
    wait_settled(ORIGIN, api, Commands())


def test_the_control_plane_s_own_pods_may_come_late(api: KubeApi, api_server: ApiServer) -> None:
    """The kubelet tells of them when it comes to it: that there are more than at the start keeps nobody waiting."""
    late = a_pod("etcd-node", "node")
    late["metadata"]["namespace"] = "kube-system"
    late["metadata"]["ownerReferences"][0]["kind"] = "Node"
    serve(api_server, [a_deployment("web")], [a_pod("web-2", "web"), late])
    wait_settled(ORIGIN, api, Commands())
    assert not differences({"v1/Pod": ORIGIN["v1/Pod"]}, {"v1/Pod": [a_pod("b", "web"), late]})


@pytest.mark.parametrize(
    ("deployments", "pods", "what"),
    [
        ([], [a_pod("web-2", "web")], "Deployment n/web"),
        ([a_deployment("web", available=0)], [a_pod("web-2", "web")], "Deployment n/web"),
        ([a_deployment("web")], [], "pods of n/web"),
        ([a_deployment("web")], [a_pod("a", "web"), a_pod("b", "web")], "pods of n/web"),
        ([a_deployment("web")], [a_pod("web-2", "web", ready=False)], "pod n/web-2"),
    ],
)
def test_not_settled(
    api: KubeApi, api_server: ApiServer, deployments: Any, pods: Any, what: str
) -> None:
    """A Deployment that is missing or not complete, a pod too few or too many, or not ready, is named."""
    serve(api_server, deployments, pods)
    with pytest.raises(GraderError, match=f"it still waits for .*{what}"):
        wait_settled(ORIGIN, api, Commands())


def test_stragglers_are_ended(api: KubeApi, api_server: ApiServer) -> None:
    """A pod on its way out, or whose ReplicaSet is gone, does not keep anybody waiting for its grace."""
    ending = a_pod("old", "web", deletionTimestamp="2026-01-01T00:00:00Z")
    serve(api_server, [a_deployment("web")], [a_pod("web-2", "web"), ending, a_pod("lost", "gone")])
    with pytest.raises(GraderError):
        wait_settled(ORIGIN, api, Commands())
    assert {path.rpartition("/")[2] for _, path in asked(api_server, "DELETE")} == {"old", "lost"}
