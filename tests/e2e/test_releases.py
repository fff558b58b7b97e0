"""A sandbox whose releases are repeated from memory is the one that Helm makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from grader.judging.guards import changed_objects
from grader.judging.observe import take_baseline
from grader.model.observation import KubeObject, Observation
from grader.model.phase import PhaseLog
from grader.sandbox import releases
from grader.sandbox.kind.provider import KindProvider
from grader.sandbox.names import NAMESPACE
from grader.sandbox.protocol import SandboxRequest
from grader.sandbox.release_seed import decode_release
from grader.sandbox.services import services
from tests.e2e.product import Product

pytestmark = pytest.mark.engine

Objects = Mapping[str, Sequence[KubeObject]]
_VOLATILE = ("first_deployed", "last_deployed")


def test_repeated_releases_are_helm_s(
    podman: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Objects, owners of fields and Helm's own records are equal, whether Helm ran or was repeated."""
    monkeypatch.setenv("GRADER_ENGINE", podman.engine.name)
    with monkeypatch.context() as patch:
        patch.setattr(releases, "load_seeds", lambda _services: None)
        by_helm, helm_objects = _sandbox("helm", tmp_path)
    repeated, repeated_objects = _sandbox("again", tmp_path)
    assert repeated.objects["apps/v1/Deployment"]
    changes = [c for c in changed_objects(by_helm, repeated, ()) if c.namespace == NAMESPACE]
    assert changes == []
    assert _release_records(helm_objects) == _release_records(repeated_objects)
    assert _owners(helm_objects) == _owners(repeated_objects)


def _sandbox(name: str, parent: Path) -> tuple[Observation, Objects]:
    folder = parent / name
    folder.mkdir(mode=0o700)
    provider = KindProvider()
    try:
        request = SandboxRequest(f"e2e{name}", folder, tuple(services()))
        sandbox = provider.start(request, PhaseLog())
        return take_baseline(sandbox), sandbox.cluster.objects()
    finally:
        provider.stop(f"e2e{name}", folder, PhaseLog())


def _owners(objects: Objects) -> dict[str, set[str]]:
    return {
        f"{item['kind']}/{item['metadata']['name']}": {
            f"{entry['manager']} {entry['operation']}"
            for entry in item["metadata"].get("managedFields", [])
            if entry.get("subresource") != "status"
        }
        for kind in ("apps/v1/Deployment", "v1/Service", "v1/ConfigMap")
        for item in objects[kind]
        if item["metadata"].get("namespace") == NAMESPACE
    }


def _release_records(objects: Objects) -> dict[str, object]:
    records = {}
    for item in objects["v1/Secret"]:
        data = item.get("data", {})
        if item.get("type") == "helm.sh/release.v1" and "release" in data:
            release = decode_release(data["release"])
            for name in _VOLATILE:
                release.get("info", {}).pop(name, None)
            records[item["metadata"]["name"]] = release
    return records
