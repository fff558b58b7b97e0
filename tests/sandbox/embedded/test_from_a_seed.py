"""A sandbox from a seed trusts nobody that the seed trusted, and is ready only when its own services answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.embedded import serving
from grader.sandbox.embedded.serving import wait_serving
from grader.sandbox.embedded.trust import renew_trust
from grader.sandbox.process import Commands
from grader.sandbox.releases import wait_ready
from tests.sandbox.api_server import ApiServer, Reply, Request, refusal, reply

_CLIENTS = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication"
_PORT = 12345
_PODS = "/api/v1/nodes/studio-node/proxy/pods"


_BUNDLES = "/apis/certificates.k8s.io/v1/clustertrustbundles"
_SIGNER = "kubernetes.io/kube-apiserver-serving"


def _root(namespace: str) -> dict[str, Any]:
    return {"metadata": {"name": "kube-root-ca.crt", "namespace": namespace}}


def _bundle(name: str, signer: str = _SIGNER) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"signerName": signer, "trustBundle": "OLD"}}


def test_all_trust_the_new_authority_and_no_other(api_server: ApiServer, tmp_path: Path) -> None:
    """Its certificate is put in place of the old one, in the name of those who keep it; what is named after it goes."""
    spaces = ("default", "pivori-production")
    api_server.serve_list("/api/v1/configmaps", *map(_root, spaces))
    api_server.serve_list(_BUNDLES, _bundle("old"), _bundle("mine", "example.com/mine"))
    paths = [f"/api/v1/namespaces/{space}/configmaps/kube-root-ca.crt" for space in spaces]
    for path in (*paths, _CLIENTS, f"{_BUNDLES}/old"):
        api_server.serve(path, {})
    renew_trust(api_server.api(tmp_path), "NEW")
    made = {(r.method, r.path): r for r in api_server.requests if r.method != "GET"}
    put = {
        path: (r.query["fieldManager"], json.loads(r.body)["data"])
        for (method, path), r in made.items()
        if method == "PATCH"
    }
    assert put == {
        **{path: ("kube-controller-manager", {"ca.crt": "NEW"}) for path in paths},
        _CLIENTS: ("kube-apiserver", {"client-ca-file": "NEW"}),
    }
    created = json.loads(made["POST", _BUNDLES].body)
    # As the controller names it: a prefix of the certificate's SHA-256.
    assert created["metadata"]["name"] == f"{_SIGNER.replace('/', ':')}:a253ff09c5a8678e1fd1962b"
    assert created["spec"] == {"signerName": _SIGNER, "trustBundle": "NEW"}
    assert [path for method, path in made if method == "DELETE"] == [f"{_BUNDLES}/old"]


def test_an_authority_that_can_not_be_named_is_an_error(
    api_server: ApiServer, tmp_path: Path
) -> None:
    """A sandbox that would trust another one's authority is none."""
    api_server.serve_list("/api/v1/configmaps")
    api_server.serve_list(_BUNDLES)
    api_server.routes[_CLIENTS] = lambda _: refusal(403, "no")
    with pytest.raises(GraderError, match="403") as caught:
        renew_trust(api_server.api(tmp_path), "NEW")
    assert caught.value.code is Code.SANDBOX_BROKEN


def _node(port: int, ready: str = "True") -> dict[str, Any]:
    return {
        "status": {
            "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
            "conditions": [{"type": "Ready", "status": ready}],
        }
    }


def _deployment(name: str, available: int = 1) -> dict[str, Any]:
    status = {
        "observedGeneration": 1,
        "replicas": 1,
        "updatedReplicas": 1,
        "availableReplicas": available,
    }
    return {
        "metadata": {"name": name, "generation": 1},
        "spec": {"replicas": 1},
        "status": status,
    }


@pytest.fixture
def cluster(api_server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> ApiServer:
    """A cluster as a seed leaves it, whose node and services have come up again."""
    monkeypatch.setattr(serving, "_SERVING_S", 0.3)
    api_server.serve("/api/v1/nodes/studio-node", _node(_PORT))
    api_server.serve_list(
        "/apis/apps/v1/namespaces/pivori-production/deployments",
        _deployment("audio"),
        _deployment("game"),
    )
    api_server.serve(_PODS, {"items": [_pod("audio"), _pod("game"), {"metadata": {}}]})
    for service in ("audio", "game"):
        api_server.routes[_probed(service)] = _echo
    api_server.routes["/readyz"] = lambda _: Reply(200)
    return api_server


def _pod(service: str) -> dict[str, Any]:
    return {"metadata": {"labels": {"app.kubernetes.io/instance": service}}}


def _probed(service: str) -> str:
    return f"/api/v1/namespaces/pivori-production/services/{service}:http/proxy/ready"


def _echo(asked: Request) -> Reply:
    return reply({"nonce": asked.headers.get("X-Grader-Nonce")})


def _wait(cluster: ApiServer, folder: Path) -> None:
    wait_serving(("audio", "game"), cluster.api(folder), _PORT, lambda: None)


def test_ready_when_all_answer(cluster: ApiServer, tmp_path: Path) -> None:
    """Node, Deployments and services: then the sandbox is ready."""
    _wait(cluster, tmp_path)


def test_an_api_server_that_is_not_ready_is_named(cluster: ApiServer, tmp_path: Path) -> None:
    """Its services answer, but it says no of itself: an exam's clock would stand."""
    cluster.routes["/readyz"] = lambda _: Reply(500)
    with pytest.raises(GraderError, match="kube-apiserver"):
        _wait(cluster, tmp_path)


def test_an_old_report_of_the_node_does_not_count(cluster: ApiServer, tmp_path: Path) -> None:
    """What the store says of the node of the time of the seed says nothing of this one."""
    cluster.serve("/api/v1/nodes/studio-node", _node(_PORT + 1))
    with pytest.raises(GraderError, match="node studio-node"):
        _wait(cluster, tmp_path)


def test_a_node_that_is_not_ready_does_not_count(cluster: ApiServer, tmp_path: Path) -> None:
    """It has to say that it is ready."""
    cluster.serve("/api/v1/nodes/studio-node", _node(_PORT, "False"))
    with pytest.raises(GraderError, match="node studio-node"):
        _wait(cluster, tmp_path)


def test_a_deployment_that_is_not_complete_is_named(cluster: ApiServer, tmp_path: Path) -> None:
    """Each Deployment has to have its pods."""
    cluster.serve_list(
        "/apis/apps/v1/namespaces/pivori-production/deployments",
        _deployment("audio"),
        _deployment("game", available=0),
    )
    with pytest.raises(GraderError, match="ready: game"):
        _wait(cluster, tmp_path)


def test_a_service_that_does_not_answer_is_named(cluster: ApiServer, tmp_path: Path) -> None:
    """That the store calls a pod ready is not enough: the program behind it has to answer."""
    cluster.routes[_probed("game")] = lambda _: refusal(503, "no endpoints")
    with pytest.raises(GraderError, match="ready: game"):
        _wait(cluster, tmp_path)


@pytest.mark.parametrize("pods", [None, [_pod("audio")]])
def test_a_node_that_has_not_heard_of_a_pod_is_waited_for(
    cluster: ApiServer, tmp_path: Path, pods: list[dict[str, Any]] | None
) -> None:
    """The service answers, but nobody could read its log: the node has to know its pod."""
    cluster.serve(_PODS, {"items": pods})
    with pytest.raises(GraderError, match=r"ready: .*game"):
        _wait(cluster, tmp_path)


def test_a_dead_sandbox_is_not_waited_for(cluster: ApiServer, tmp_path: Path) -> None:
    """Whoever knows that there is nothing to wait for is asked each time."""

    def dead() -> None:
        raise GraderError(Code.SANDBOX_BROKEN, "its programs ended")

    with pytest.raises(GraderError, match="its programs ended"):
        wait_serving(("audio",), cluster.api(tmp_path), _PORT, dead)


def test_a_silent_server_is_asked_again(cluster: ApiServer, tmp_path: Path) -> None:
    """One that refuses at first, as on its way up, is not the end."""
    ready = cluster.routes["/api/v1/nodes/studio-node"]
    first = [refusal(500, "not yet")]
    cluster.routes["/api/v1/nodes/studio-node"] = lambda asked: (
        first.pop() if first else ready(asked)
    )
    _wait(cluster, tmp_path)


def test_the_first_services_are_waited_for_through_a_silence(
    cluster: ApiServer, tmp_path: Path
) -> None:
    """Where the cluster is known to live, a silence of its API server is no reason to give up; else it is one."""
    path = "/apis/apps/v1/namespaces/pivori-production/deployments"
    ready = cluster.routes[path]
    first = [refusal(500, "not yet")]
    cluster.routes[path] = lambda asked: first.pop() if first else ready(asked)
    wait_ready(("audio", "game"), cluster.api(tmp_path), Commands(), lambda: None)
    first.append(refusal(500, "not yet"))
    with pytest.raises(GraderError, match="500"):
        wait_ready(("audio", "game"), cluster.api(tmp_path), Commands())
