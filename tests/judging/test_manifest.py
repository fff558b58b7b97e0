"""Helm's manifests: read for their objects, and never at the price of the grader."""

from __future__ import annotations

import pytest

from grader.judging.authoring.manifest import SIZE_LIMIT, manifest_objects

TWO = """\
---
# Source: app/templates/configmap.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: app-config
data:
  LEVEL: "INFO"
---
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec: {ports: [{port: 80}]}
"""


def test_every_document_is_an_object() -> None:
    """Empty documents are none; quoted text stays text, numbers numbers."""
    found = manifest_objects(TWO)
    assert found is not None
    assert [(o["kind"], o["metadata"]["name"]) for o in found] == [
        ("ConfigMap", "app-config"),
        ("Service", "app"),
    ]
    assert found[0]["data"] == {"LEVEL": "INFO"}
    assert found[1]["spec"] == {"ports": [{"port": 80}]}
    assert manifest_objects("") == []
    (dated,) = manifest_objects("metadata: {labels: {day: 2025-01-02}}") or ()
    assert dated["metadata"]["labels"] == {"day": "2025-01-02"}


@pytest.mark.parametrize(
    "manifest",
    [
        "a: &a [x]\nb: [*a, *a]\n",
        "a: !!python/object/apply:os.system [id]\n",
        "[" * 200,
        "a: [",
        "just text",
        "kind: Pod\nmetadata: text\n",
        "a: 2025-99-99\nmetadata: {}\n",
        "x" * (SIZE_LIMIT + 1),
    ],
    ids=["alias", "tag", "deep", "cut", "text", "metadata", "date", "long"],
)
def test_what_helm_never_writes_is_not_read(manifest: str) -> None:
    """Aliases, tags, depth, length and broken YAML give nothing, and no crash."""
    assert manifest_objects(manifest) is None
