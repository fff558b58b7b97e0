"""Which kinds a cluster has, however its API server tells it."""

from __future__ import annotations

from typing import Any

import pytest

from grader.sandbox.discovery import AGGREGATED, Listable, listable


def resource(name: str, kind: str, *verbs: str) -> dict[str, Any]:
    """A resource as an aggregated answer has it."""
    return {"resource": name, "responseKind": {"kind": kind}, "verbs": list(verbs)}


def version(name: str, *resources: dict[str, Any], fresh: str = "Current") -> dict[str, Any]:
    """A group's version as an aggregated answer has it."""
    return {"version": name, "resources": list(resources), "freshness": fresh}


def group(name: str, *versions: dict[str, Any]) -> dict[str, Any]:
    """A group as an aggregated answer has it."""
    return {"metadata": {"name": name} if name else {}, "versions": list(versions)}


PODS = resource("pods", "Pod", "get", "list")
DEPLOYMENTS = resource("deployments", "Deployment", "list")
REVIEWS = resource("tokenreviews", "TokenReview", "create")
PLAIN: dict[str, Any] = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"groups": [{"preferredVersion": {"groupVersion": "apps/v1"}}]},
    "/api/v1": {
        "resources": [
            {"name": "pods", "kind": "Pod", "verbs": ["list"]},
            {"name": "pods/log", "kind": "Pod", "verbs": ["get", "list"]},
            {"name": "bindings", "kind": "Binding", "verbs": ["create"]},
        ]
    },
    "/apis/apps/v1": {
        "resources": [{"name": "deployments", "kind": "Deployment", "verbs": ["list"]}]
    },
}
FOUND = [
    Listable("v1", "Pod", "/api/v1/pods"),
    Listable("apps/v1", "Deployment", "/apis/apps/v1/deployments"),
]


def server(aggregated: dict[str, list[dict[str, Any]]]) -> tuple[list[str], Any]:
    """What was asked, and who answers it: at once where the root has an aggregated answer."""
    asked: list[str] = []

    def get(path: str, accept: str) -> Any:
        asked.append(path)
        if accept == AGGREGATED and path in aggregated:
            return {"kind": "APIGroupDiscoveryList", "items": aggregated[path]}
        return PLAIN[path]

    return asked, get


def test_all_is_told_in_two_answers() -> None:
    """A server that can tell all at once is asked twice; each kind is taken in its preferred version."""
    beta = version("v1beta1", resource("deployments", "Deployment", "list"))
    asked, get = server(
        {
            "/api": [group("", version("v1", PODS, REVIEWS))],
            "/apis": [group("apps", version("v1", DEPLOYMENTS), beta), group("empty")],
        }
    )
    assert listable(get) == FOUND
    assert asked == ["/api", "/apis"]


def test_an_older_server_is_asked_for_each_group() -> None:
    """A server that gives plain answers is asked for each group; subresources are left out."""
    asked, get = server({})
    assert listable(get) == FOUND
    assert asked == ["/api", "/api/v1", "/apis", "/apis/apps/v1"]


def test_an_old_answer_is_not_taken_for_complete() -> None:
    """Where a server behind a group did not answer, each group is asked by itself: a fault must show."""
    asked, get = server(
        {
            "/api": [group("", version("v1", PODS))],
            "/apis": [group("metrics.k8s.io", version("v1", fresh="Stale"))],
        }
    )
    assert listable(get) == FOUND
    assert "/apis/apps/v1" in asked


def test_what_is_refused_is_raised() -> None:
    """A group that can't be asked is an error, not a group without kinds."""

    def get(path: str, accept: str) -> Any:
        del accept
        if path == "/apis/apps/v1":
            raise OSError("503")
        return PLAIN[path]

    with pytest.raises(OSError, match="503"):
        listable(get)
