"""Puts a sandbox's own certificate authority wherever a seed names the one that it was made with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from grader.model.errors import Code, GraderError
from grader.model.observation import KubeObject
from grader.sandbox.api import KubeApi

_ROOT = "kube-root-ca.crt"
_CLIENTS = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication"
_BUNDLES = "/apis/certificates.k8s.io/v1/clustertrustbundles"
_SIGNER = "kubernetes.io/kube-apiserver-serving"
# Those who keep these objects: who owns which field stays as it is.
_CONTROLLERS, _SERVER = "kube-controller-manager", "kube-apiserver"
_MERGE = {"Content-Type": "application/merge-patch+json"}
_FINE = {HTTPStatus.OK, HTTPStatus.CREATED}


@dataclass(frozen=True)
class _Change:
    """One request, and what is no error beside success: somebody else was first."""

    method: str
    path: str
    writer: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    also_fine: HTTPStatus = HTTPStatus.OK


def renew_trust(api: KubeApi, authority: str) -> None:
    """Name this authority, and no other, wherever the cluster says whom to trust.

    The cluster would do most of it by itself, but later, when somebody may have looked already; to the extensions of
    the API server it would name the old authority beside the new one for ever.

    Args:
        api: A cluster that was started from a seed.
        authority: The authority's certificate, PEM.

    Raises:
        GraderError: sandbox-broken, where the API server refuses.
    """
    changes = [
        *_maps(api, authority),
        _merged(_CLIENTS, "client-ca-file", authority, _SERVER),
        *_bundles(api, authority),
    ]

    def make(change: _Change) -> None:
        answer = api.request(
            change.method,
            change.path,
            body=change.body,
            query={"fieldManager": change.writer} if change.body else {},
            headers=change.headers,
        )
        if answer.status not in {*_FINE, change.also_fine}:
            raise GraderError(
                Code.SANDBOX_BROKEN,
                f"the cluster's API server answered {answer.status} to a new authority",
                where=change.path,
            )

    with ThreadPoolExecutor(len(changes)) as pool:
        list(pool.map(make, changes))


def authority_in(objects: Mapping[str, Sequence[KubeObject]]) -> str:
    """The authority that a cluster's objects name, PEM; "" where they name none.

    Args:
        objects: All of them, by "apiVersion/kind".
    """
    for one in objects.get("v1/ConfigMap", ()):
        if one["metadata"]["name"] == _ROOT:
            return str((one.get("data") or {}).get("ca.crt", ""))
    return ""


def digest_of(authority: str) -> str:
    """What a bundle of one authority is named after."""
    return hashlib.sha256(authority.encode()).hexdigest()[:24]


def _maps(api: KubeApi, authority: str) -> Iterator[_Change]:
    """What pods are given to know the API server by, a ConfigMap in each namespace."""
    named = {"fieldSelector": f"metadata.name={_ROOT}"}
    for one in api.listed("/api/v1/configmaps", "v1", "ConfigMap", named):
        path = f"/api/v1/namespaces/{one['metadata']['namespace']}/configmaps/{_ROOT}"
        yield _merged(path, "ca.crt", authority, _CONTROLLERS)


def _merged(path: str, entry: str, authority: str, writer: str) -> _Change:
    return _Change("PATCH", path, writer, {"data": {entry: authority}}, _MERGE)


def _bundles(api: KubeApi, authority: str) -> Iterator[_Change]:
    """The same for everybody, an object that is named after what is in it."""
    wanted = f"{_SIGNER.replace('/', ':')}:{digest_of(authority)}"
    yield _Change(
        "POST",
        _BUNDLES,
        _CONTROLLERS,
        {
            "apiVersion": "certificates.k8s.io/v1",
            "kind": "ClusterTrustBundle",
            "metadata": {"name": wanted},
            "spec": {"signerName": _SIGNER, "trustBundle": authority},
        },
        also_fine=HTTPStatus.CONFLICT,
    )
    for one in api.listed(_BUNDLES, "certificates.k8s.io/v1", "ClusterTrustBundle"):
        name = one["metadata"]["name"]
        if one["spec"].get("signerName") == _SIGNER and name != wanted:
            yield _Change(
                "DELETE", f"{_BUNDLES}/{name}", _CONTROLLERS, also_fine=HTTPStatus.NOT_FOUND
            )
