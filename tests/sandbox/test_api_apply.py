"""Writing into a cluster: each object to its own path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.api import KubeApi

from .api_server import ApiServer

_NAMESPACED = "/apis/apps/v1/namespaces/studio/deployments/web"


@pytest.fixture
def api(api_server: ApiServer, tmp_path: Path) -> KubeApi:
    """The grader's view of a server that knows a few kinds."""
    api_server.serve_kinds("v1", Namespace="namespaces", ConfigMap="configmaps")
    api_server.serve_kinds("apps/v1", Deployment="deployments")
    api_server.serve_kinds("rbac.authorization.k8s.io/v1", ClusterRole="clusterroles")
    return api_server.api(tmp_path)


def _object(version: str, kind: str, namespace: str = "") -> dict[str, Any]:
    metadata = {"name": "web", **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata}


@pytest.mark.parametrize(
    ("version", "kind", "namespace", "path"),
    [
        ("v1", "ConfigMap", "studio", "/api/v1/namespaces/studio/configmaps/web"),
        ("v1", "Namespace", "", "/api/v1/namespaces/web"),
        ("apps/v1", "Deployment", "studio", _NAMESPACED),
        (
            "rbac.authorization.k8s.io/v1",
            "ClusterRole",
            "",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/web",
        ),
    ],
)
def test_where_objects_live(
    version: str, kind: str, namespace: str, path: str, api: KubeApi
) -> None:
    """Core and group kinds, in a namespace or in none, each have their path."""
    assert api.path_of(_object(version, kind, namespace)) == path


def test_a_group_is_asked_once(api: KubeApi, api_server: ApiServer) -> None:
    """The server is asked for a group's kinds at its first object only."""
    for _ in range(3):
        api.path_of(_object("apps/v1", "Deployment", "studio"))
    assert [asked.path for asked in api_server.requests] == ["/apis/apps/v1"]


def test_a_kind_that_nobody_knows(api: KubeApi) -> None:
    """An object of an unknown kind is a clear error that names it."""
    with pytest.raises(GraderError) as caught:
        api.path_of(_object("apps/v1", "Deploiement", "studio"))
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert "Deploiement" in caught.value.what
    assert caught.value.where == "apps/v1"


@pytest.mark.parametrize("status", [200, 201])
def test_apply_is_server_side(status: int, api: KubeApi, api_server: ApiServer) -> None:
    """An object is sent whole under our name, and ours wins over other owners of its fields."""
    api_server.serve(_NAMESPACED, {}, status)
    document = _object("apps/v1", "Deployment", "studio") | {"spec": {"replicas": 2}}
    api.apply_object(document)
    asked = api_server.requests[-1]
    assert (asked.method, asked.query) == ("PATCH", {"fieldManager": "grader", "force": "true"})
    assert asked.headers["Content-Type"] == "application/apply-patch+yaml"
    assert json.loads(asked.body) == document
    api.apply_object(document, manager="helm")
    assert api_server.requests[-1].query["fieldManager"] == "helm"


def test_a_stream_of_manifests(api: KubeApi, api_server: ApiServer) -> None:
    """All documents of a YAML stream are applied in order; empty ones are passed over."""
    api_server.serve("/api/v1/namespaces/studio", {}, 201)
    api_server.serve("/api/v1/namespaces/studio/configmaps/web", {}, 201)
    api.apply(
        "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: studio}\n---\n# nothing\n---\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: studio}\n"
    )
    sent = [asked.path for asked in api_server.requests if asked.method == "PATCH"]
    assert sent == ["/api/v1/namespaces/studio", "/api/v1/namespaces/studio/configmaps/web"]


def test_a_refused_object_is_told(api: KubeApi) -> None:
    """An object that the server refuses is an error with its path and the server's words."""
    with pytest.raises(GraderError) as caught:
        api.apply_object(_object("apps/v1", "Deployment", "studio"))
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert (caught.value.where, caught.value.detail) == (_NAMESPACED, "not found")
