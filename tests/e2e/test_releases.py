"""A sandbox whose releases are repeated from memory is the one that Helm makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from grader.model.observation import KubeObject
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
_MOMENTS = ("first_deployed", "last_deployed")


def test_repeated_releases_are_helm_s(
    podman: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Objects, owners of fields and Helm's own records are equal, whether Helm ran or was repeated."""
    monkeypatch.setenv("GRADER_ENGINE", podman.engine.name)
    with monkeypatch.context() as patch:
        patch.setattr(releases, "load_seeds", lambda _services: None)
        helm = _installed(_sandbox("helm", tmp_path))
    repeated = _installed(_sandbox("again", tmp_path))
    assert helm.keys() == repeated.keys()
    assert len(helm) > 4 * len(services())
    for name, item in helm.items():
        assert item == repeated[name], name


def _sandbox(name: str, parent: Path) -> Objects:
    folder = parent / name
    folder.mkdir(mode=0o700)
    provider = KindProvider()
    try:
        request = SandboxRequest(f"e2e{name}", folder, tuple(services()))
        sandbox = provider.start(request, PhaseLog())
        return sandbox.cluster.objects()
    finally:
        provider.stop(f"e2e{name}", folder, PhaseLog())


def _installed(objects: Objects) -> dict[str, object]:
    """What Helm sent to the namespace: every object that carries its mark, without what the cluster filled in."""
    return {
        f"{item['kind']}/{item['metadata']['name']}": _as_sent(item)
        for items in objects.values()
        for item in items
        if item["metadata"].get("namespace") == NAMESPACE
        and (_marked(item) or item.get("type") == "helm.sh/release.v1")
    }


def _marked(item: KubeObject) -> bool:
    return "meta.helm.sh/release-name" in item["metadata"].get("annotations", {})


def _as_sent(item: KubeObject) -> dict[str, object]:
    metadata = item["metadata"]
    annotations = {
        key: value
        for key, value in metadata.get("annotations", {}).items()
        if not key.startswith("deployment.kubernetes.io/")
    }
    spec = {
        key: value
        for key, value in item.get("spec", {}).items()
        if key not in {"clusterIP", "clusterIPs"}
    }
    sent: dict[str, object] = {
        "annotations": annotations,
        "labels": {k: v for k, v in metadata.get("labels", {}).items() if k != "modifiedAt"},
        "spec": spec,
        "data": item.get("data"),
        # Who owns which field decides what a later upgrade may change.
        "owners": sorted(
            f"{entry['manager']} {entry['operation']}"
            for entry in metadata.get("managedFields", [])
            if entry["manager"].lower() == "helm"
        ),
    }
    if item.get("type") == "helm.sh/release.v1":
        release = decode_release(item["data"]["release"])
        for moment in _MOMENTS:
            release["info"].pop(moment)
        sent["data"] = release
    return sent
