"""Helm's releases are remembered, and installed again without Helm."""

from __future__ import annotations

import base64
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model.errors import Code, GraderError
from grader.sandbox.names import NAMESPACE
from grader.sandbox.release_cache import load_seeds, save_seeds
from grader.sandbox.release_seed import (
    _placed,
    decode_release,
    encode_release,
    replay,
    secret_name,
    seeds_in,
)

from .api_server import ApiServer, Reply, Request, refusal, reply

_SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets"
_SERVICES = ("geolocation", "payment")
# Helm is written in Go: its whole numbers have 64 bits.
_WHOLE = st.integers(-(2**63), 2**63 - 1)
_DOCUMENTS = st.recursive(
    st.none() | st.booleans() | _WHOLE | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _object(kind: str, name: str) -> dict[str, Any]:
    version = "apps/v1" if kind == "Deployment" else "v1"
    labels = {"app.kubernetes.io/instance": name}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": labels}}


def _release(service: str) -> dict[str, Any]:
    manifest = "---\n".join(
        yaml.safe_dump(_object(kind, service)) for kind in ("Deployment", "ConfigMap")
    )
    info = {"first_deployed": "then", "last_deployed": "then", "status": "deployed"}
    return {"name": service, "info": info, "manifest": f"---\n---\n{manifest}"}


def _secret(service: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": secret_name(service),
            "namespace": NAMESPACE,
            "labels": {"owner": "helm", "modifiedAt": "1"},
            "uid": "u",
            "resourceVersion": "7",
            "creationTimestamp": "t",
            "managedFields": [{"manager": "helm-writer"}],
        },
        "data": {"release": encode_release(_release(service))},
        "type": "helm.sh/release.v1",
    }


@pytest.fixture
def installed(api_server: ApiServer) -> ApiServer:
    """A cluster where Helm has just installed two releases, and which takes any object."""
    api_server.serve_kinds("v1", ConfigMap="configmaps")
    api_server.serve_kinds("apps/v1", Deployment="deployments")
    for service in _SERVICES:
        api_server.serve(f"{_SECRETS}/{secret_name(service)}", _secret(service))
        for root, resource in (("/api/v1", "configmaps"), ("/apis/apps/v1", "deployments")):
            path = f"{root}/namespaces/{NAMESPACE}/{resource}/{service}"
            api_server.serve(path, {}, 201)
    api_server.serve(_SECRETS, {}, 201)
    return api_server


@given(st.dictionaries(st.text(), _DOCUMENTS, max_size=4))
@settings(max_examples=50, deadline=None)
def test_a_release_survives_its_packing(release: dict[str, Any]) -> None:
    """Whatever Helm writes of a release is read back."""
    assert decode_release(encode_release(release)) == release


def test_the_packing_does_not_tell_the_time() -> None:
    """The same release packed on another day is the same text."""
    packed = set()
    for day in (1, 2):
        with time_machine.travel(datetime(2026, 11, day, tzinfo=UTC), tick=False):
            packed.add(encode_release({"a": 1}))
    assert len(packed) == 1


def test_the_packing_is_helms_own() -> None:
    """A release is base64 of base64 of gzip of JSON, as Kubernetes and Helm each add theirs."""
    packed = base64.b64encode(base64.b64encode(gzip.compress(b'{"name": "x"}'))).decode()
    assert decode_release(packed) == {"name": "x"}
    unpacked = gzip.decompress(base64.b64decode(base64.b64decode(encode_release({"a": 1}))))
    assert json.loads(unpacked) == {"a": 1}


def test_what_helm_adds_to_an_object() -> None:
    """An object gets the namespace, and the label and annotations by which Helm knows it as its own."""
    made = _placed(_object("ConfigMap", "payment"))
    assert made["metadata"] == {
        "name": "payment",
        "namespace": NAMESPACE,
        "labels": {
            "app.kubernetes.io/instance": "payment",
            "app.kubernetes.io/managed-by": "Helm",
        },
        "annotations": {
            "meta.helm.sh/release-name": "payment",
            "meta.helm.sh/release-namespace": NAMESPACE,
        },
    }


def test_a_namespace_of_its_own_is_kept() -> None:
    """An object that names its namespace stays there; what it is annotated with stays, too."""
    item = _object("ConfigMap", "payment")
    item["metadata"] |= {"namespace": "other", "annotations": {"a": "b"}}
    metadata = _placed(item)["metadata"]
    assert metadata["namespace"] == "other"
    assert metadata["annotations"]["a"] == "b"
    assert metadata["annotations"]["meta.helm.sh/release-namespace"] == "other"


def test_nothing_is_remembered_at_first() -> None:
    """Without seeds Helm has to do it."""
    assert load_seeds(_SERVICES) is None


def test_seeds_are_saved_and_loaded(installed: ApiServer, tmp_path: Path, cache: Path) -> None:
    """What Helm installed comes back as objects and its Secret, without what the server had filled in."""
    save_seeds(_SERVICES, installed.api(tmp_path))
    seeds = load_seeds(_SERVICES)
    assert seeds is not None
    assert list(seeds) == list(_SERVICES)
    seed = seeds["payment"]
    assert [item["kind"] for item in seed.objects] == ["Deployment", "ConfigMap"]
    assert all(item["metadata"]["namespace"] == NAMESPACE for item in seed.objects)
    assert set(seed.secret["metadata"]) == {"name", "namespace", "labels"}
    assert load_seeds(("payment", "game")) is None, "one that is missing makes Helm do it"
    assert len([path for path in cache.rglob("*") if path.is_file()]) == 2


def test_a_cluster_s_own_records_are_seeds() -> None:
    """They are those of the services' namespace; where one is missing there is nothing to go by."""
    records = [_secret(service) for service in _SERVICES]
    strange = _secret("payment")
    strange["metadata"] |= {"namespace": "other", "managedFields": [{"manager": "somebody"}]}
    seeds = seeds_in([*records, strange], _SERVICES)
    assert seeds is not None
    assert list(seeds) == list(_SERVICES)
    assert seeds["payment"].writer == "helm-writer"
    assert seeds_in([records[0], strange], _SERVICES) is None


def test_many_may_save_at_once(installed: ApiServer, tmp_path: Path) -> None:
    """Sandboxes that start at the same time for the first time do not trip over each other's seeds."""
    api = installed.api(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _n: save_seeds(_SERVICES, api), range(16)))
    assert load_seeds(_SERVICES) is not None


@time_machine.travel(datetime(2026, 11, 23, 15, 0, 0, 250_000, tzinfo=UTC), tick=False)
def test_a_replay_is_what_helm_would_send(installed: ApiServer, tmp_path: Path) -> None:
    """Objects are applied under Helm's name, Deployments last; the Secret has its writer, and says it was now."""
    api = installed.api(tmp_path)
    save_seeds(_SERVICES, api)
    seeds = load_seeds(_SERVICES)
    assert seeds is not None
    installed.requests.clear()
    replay(seeds, api)
    sent = [asked for asked in installed.requests if asked.method != "GET"]
    kinds = [json.loads(asked.body)["kind"] for asked in sent]
    assert kinds == ["ConfigMap"] * 2 + ["Deployment"] * 2 + ["Secret"] * 2
    managers = [asked.query["fieldManager"] for asked in sent]
    assert managers == ["helm"] * 4 + ["helm-writer"] * 2
    document = json.loads(sent[-1].body)
    release = decode_release(document["data"]["release"])
    assert release["info"] == {
        "first_deployed": "2026-11-23T15:00:00.250000000Z",
        "last_deployed": "2026-11-23T15:00:00.250000000Z",
        "status": "deployed",
    }
    moment = int(datetime(2026, 11, 23, 15, tzinfo=UTC).timestamp())
    assert document["metadata"]["labels"] == {"owner": "helm", "modifiedAt": str(moment)}


def test_a_release_that_is_refused(installed: ApiServer, tmp_path: Path) -> None:
    """A Secret that the cluster does not take is an error that names it."""
    api = installed.api(tmp_path)
    save_seeds(("payment",), api)
    seeds = load_seeds(("payment",))
    assert seeds is not None

    def refuse(asked: Request) -> Reply:
        return refusal(409, "already there") if asked.method == "POST" else reply({})

    installed.routes[_SECRETS] = refuse
    with pytest.raises(GraderError) as caught:
        replay(seeds, api)
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert caught.value.where == secret_name("payment")
    assert "already there" in (caught.value.detail or "")
