"""Remembers what Helm sent to a cluster for a release, and sends the same again without starting Helm.

A Helm release is the objects of its manifest, applied on the server under the name "helm", and one Secret that
says so. Both depend on the chart, its values and Helm's version alone, so the first sandbox lets Helm do it and
every later one repeats the same requests: fifteen starts of Helm cost more than the whole control plane's.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import yaml

from grader.model.errors import Code, GraderError
from grader.model.json_text import read_json
from grader.model.observation import KubeObject
from grader.sandbox.api import KubeApi
from grader.sandbox.names import NAMESPACE

Key = tuple[str, str, str]
"""An object's "apiVersion/kind", namespace and name."""

_AT_ONCE = 8
_MANAGER = "helm"
# Fields of the Secret that the API server fills in.
_SERVER_FIELDS = ("uid", "resourceVersion", "creationTimestamp", "managedFields")


@dataclass(frozen=True)
class ReleaseSeed:
    """One release as Helm installed it.

    Attributes:
        objects: Its manifest's objects, in the order of installation.
        secret: Helm's Secret of revision 1.
        writer: The name under which Helm wrote the Secret.
    """

    objects: Sequence[Mapping[str, Any]]
    secret: Mapping[str, Any]
    writer: str


def seeds_in(
    secrets: Iterable[KubeObject], services: Sequence[str]
) -> dict[str, ReleaseSeed] | None:
    """The seeds of services as a cluster's own Secrets have them.

    Args:
        secrets: Those of a cluster in which nothing was upgraded yet, with their values.
        services: Ids of the services.

    Returns:
        A seed each; None where one of them has none.
    """
    by_name = {
        one["metadata"]["name"]: one
        for one in secrets
        if one["metadata"].get("namespace") == NAMESPACE
    }
    if any(secret_name(service) not in by_name for service in services):
        return None
    return {service: _seed_in(by_name[secret_name(service)]) for service in services}


def _seed_in(found: KubeObject) -> ReleaseSeed:
    metadata = found["metadata"]
    kept = {name: value for name, value in metadata.items() if name not in _SERVER_FIELDS}
    release = decode_release(found["data"]["release"])
    manifest = yaml.load_all(release["manifest"], yaml.CSafeLoader)
    return ReleaseSeed(
        objects=[_placed(item) for item in manifest if item],
        secret={**found, "apiVersion": "v1", "kind": "Secret", "metadata": kept},
        writer=metadata["managedFields"][0]["manager"],
    )


def replay(seeds: Mapping[str, ReleaseSeed], api: KubeApi) -> None:
    """Install the seeds' releases as if Helm did it now."""
    replay_objects(seeds, frozenset(seeded_keys(seeds)), api)


def replay_objects(seeds: Mapping[str, ReleaseSeed], keys: AbstractSet[Key], api: KubeApi) -> None:
    """Make these objects of releases, or their records, as if Helm did it now; none of them is there."""
    now = datetime.now(UTC)
    objects = [item for seed in seeds.values() for item in seed.objects if _key(item) in keys]
    # Deployments last: no pod then waits for its ConfigMap or Secret.
    first = [item for item in objects if item["kind"] != "Deployment"]
    last = [item for item in objects if item["kind"] == "Deployment"]
    records = [seed for seed in seeds.values() if _record_key(seed) in keys]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda item: api.apply_object(item, manager=_MANAGER), first))
        list(pool.map(lambda item: api.apply_object(item, manager=_MANAGER), last))
        list(pool.map(lambda seed: _create_secret(seed, now, api), records))


def seeded_keys(seeds: Mapping[str, ReleaseSeed]) -> Iterator[Key]:
    """What the seeds' releases are made of, with Helm's records of them."""
    for seed in seeds.values():
        yield from map(_key, seed.objects)
        yield _record_key(seed)


def _key(item: Mapping[str, Any]) -> Key:
    metadata = item["metadata"]
    return f"{item['apiVersion']}/{item['kind']}", metadata["namespace"], metadata["name"]


def _record_key(seed: ReleaseSeed) -> Key:
    metadata = seed.secret["metadata"]
    return "v1/Secret", NAMESPACE, metadata["name"]


def secret_name(service: str) -> str:
    """Helm's Secret for the first revision of a release."""
    return f"sh.helm.release.v1.{service}.v1"


def decode_release(data: str) -> dict[str, Any]:
    """A release from the `release` field of Helm's Secret (base64 of base64 of gzip of JSON)."""
    document: dict[str, Any] = read_json(gzip.decompress(base64.b64decode(base64.b64decode(data))))
    return document


def encode_release(release: Mapping[str, Any]) -> str:
    """The reverse of `decode_release`."""
    packed = gzip.compress(json.dumps(release).encode(), mtime=0)
    return base64.b64encode(base64.b64encode(packed)).decode()


def _create_secret(seed: ReleaseSeed, now: datetime, api: KubeApi) -> None:
    secret = seed.secret
    release = decode_release(secret["data"]["release"])
    moment = now.strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
    release["info"] |= {"first_deployed": moment, "last_deployed": moment}
    labels = {**secret["metadata"]["labels"], "modifiedAt": str(int(now.timestamp()))}
    document = {
        **secret,
        "metadata": {**secret["metadata"], "labels": labels},
        "data": {"release": encode_release(release)},
    }
    answer = api.request("POST", secrets_path(), body=document, query={"fieldManager": seed.writer})
    if answer.status != 201:  # noqa: PLR2004 - HTTP's own number
        raise GraderError(
            Code.SANDBOX_BROKEN,
            f"a Helm release could not be written: {answer.status}",
            where=secret["metadata"]["name"],
            detail=answer.body.decode(errors="replace")[:500],
        )


def _placed(item: dict[str, Any]) -> dict[str, Any]:
    """An object of a manifest with what Helm adds to it before it sends it."""
    metadata = item["metadata"]
    metadata.setdefault("namespace", NAMESPACE)
    labels = metadata.setdefault("labels", {})
    labels["app.kubernetes.io/managed-by"] = "Helm"
    annotations = metadata.setdefault("annotations", {})
    annotations["meta.helm.sh/release-name"] = labels["app.kubernetes.io/instance"]
    annotations["meta.helm.sh/release-namespace"] = metadata["namespace"]
    return item


def secrets_path() -> str:
    """Where the API server has the records of the services' releases."""
    return f"/api/v1/namespaces/{NAMESPACE}/secrets"
