"""What of an object may differ without anybody having changed it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.checks.helm_storage import PREFIX as HELM_PREFIX
from grader.model.observation import KubeObject

LIVING_KINDS = frozenset(
    {
        "Event",
        "Lease",
        "Endpoints",
        "EndpointSlice",
        "IPAddress",
        "ComponentStatus",
        "CSIStorageCapacity",
        "CSINode",
        "VolumeAttachment",
        "CertificateSigningRequest",
        "NodeMetrics",
        "PodMetrics",
        "LeaseCandidate",
    }
)
"""Kinds that the cluster itself writes all the time; what they say is judged by behaviour."""

UNORDERED = frozenset(
    {
        *("env", "ports", "volumes", "volumeMounts", "imagePullSecrets", "tolerations"),
        # Network policies.
        *("policyTypes", "ingress", "egress", "from", "to"),
        # Roles and their bindings.
        *("apiGroups", "resources", "resourceNames", "verbs", "subjects"),
    }
)
"""Lists in which the order has no meaning. `env` is among them, as none of the studio's names one before it; `envFrom`,
of which the last one wins, is not."""

_LIVING_OBJECTS = frozenset(
    {
        # The bootstrap token's signature leaves it when the token's day is over.
        ("ConfigMap", "kube-public", "cluster-info"),
        ("ConfigMap", "kube-system", "kube-apiserver-legacy-service-account-token-tracking"),
    }
)

_ANNOTATIONS = (
    "deployment.kubernetes.io/",
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubectl.kubernetes.io/restartedAt",
    "control-plane.alpha.kubernetes.io/",
    "pv.kubernetes.io/",
    "volume.kubernetes.io/",
    "volume.beta.kubernetes.io/",
    "autoscaling.alpha.kubernetes.io/",
)
_ADDRESSES = ("clusterIP", "clusterIPs", "healthCheckNodePort")


def is_living(kind: str, found: KubeObject) -> bool:
    """Whether an object is left out of the comparison: it changes, comes and goes by itself."""
    owners = (found.get("metadata") or {}).get("ownerReferences") or ()
    # What a controller made is judged with what it was made from.
    return lives_alone(kind, found) or any(owner.get("controller") for owner in owners)


def lives_alone(kind: str, found: KubeObject) -> bool:
    """Whether the cluster itself writes an object all the time, whoever its controller is."""
    metadata = found.get("metadata") or {}
    place = (kind, str(metadata.get("namespace", "")), str(metadata.get("name", "")))
    return (
        kind in LIVING_KINDS
        or place in _LIVING_OBJECTS
        or (kind == "Secret" and found.get("type") == "bootstrap.kubernetes.io/token")
    )


def lasting(kind: str, found: KubeObject) -> Mapping[str, Any]:
    """The part of an object that only somebody's hand changes."""
    metadata = found.get("metadata") or {}
    kept = {
        key: value
        for key, value in found.items()
        if key not in {"apiVersion", "kind", "metadata", "status"}
    }
    kept["metadata"] = {
        "labels": dict(metadata.get("labels") or {}),
        "annotations": {} if kind == "Node" else _annotations(metadata),
    }
    trim = {"Service": _service, "Node": _node, "Secret": _secret}.get(kind)
    if trim is not None:
        trim(kept)
    template = (kept.get("spec") or {}).get("template")
    if isinstance(template, Mapping):
        inner = template.get("metadata") or {}
        trimmed = {**inner, "annotations": _annotations(inner)}
        trimmed.pop("creationTimestamp", None)
        kept["spec"] = {**kept["spec"], "template": {**template, "metadata": trimmed}}
    return kept


def in_one_order(value: Any, name: str = "") -> Any:
    """A part of an object, its lists whose order has no meaning sorted.

    Args:
        value: The part.
        name: The field that holds it.
    """
    if isinstance(value, Mapping):
        return {key: in_one_order(one, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        inner = [in_one_order(one) for one in value]
        return sorted(inner, key=_spelled) if name in UNORDERED else inner
    return value


def _spelled(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _annotations(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in (metadata.get("annotations") or {}).items()
        if not key.startswith(_ANNOTATIONS)
    }


def _service(kept: dict[str, Any]) -> None:
    """A Service made again gets another address; headless or not is what matters."""
    spec = dict(kept.get("spec") or {})
    spec["headless"] = spec.get("clusterIP") == "None"
    for key in _ADDRESSES:
        spec.pop(key, None)
    kept["spec"] = spec


def _node(kept: dict[str, Any]) -> None:
    """The node controller taints nodes by itself."""
    spec = dict(kept.get("spec") or {})
    spec["taints"] = [
        taint
        for taint in spec.get("taints") or ()
        if not str(taint.get("key", "")).startswith("node.kubernetes.io/")
    ]
    kept["spec"] = spec


def _secret(kept: dict[str, Any]) -> None:
    """Helm labels a release with the time of its last change."""
    labels = kept["metadata"]["labels"]
    if labels.get("owner") == "helm":
        labels.pop("modifiedAt", None)


def is_helm_release(kind: str, name: str) -> bool:
    """Whether an object is a revision of a Helm release."""
    return kind == "Secret" and name.startswith(HELM_PREFIX)
