"""What is not as it was before the candidate began, and that the scenario did not allow to change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.checks.expectation import CannotJudge
from grader.judging.volatile import is_living, lasting
from grader.model.change import Change, ChangeKind
from grader.model.observation import KubeObject, Observation
from grader.model.scenario import Selector

REACHING_KINDS = frozenset(
    {
        "MutatingWebhookConfiguration",
        "ValidatingWebhookConfiguration",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "APIService",
        "NetworkPolicy",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "ResourceQuota",
        "LimitRange",
        "HorizontalPodAutoscaler",
        "ClusterRoleBinding",
    }
)
"""Kinds that act on objects other than themselves: a new one is a change of those objects.

Anything else that is new, such as a pod to look around with, changes nothing that was there.
"""

_PATHS_AT_MOST = 5
_DEPLOYMENT = "apps/v1/Deployment"

Key = tuple[str, str, str]


def changed_objects(
    baseline: Observation, now: Observation, may_change: Sequence[Selector]
) -> Sequence[Change]:
    """Compare the lasting part of every object, sorted by kind, namespace and name.

    Args:
        baseline: Taken when all was well and before the candidate began.
        now: Taken at judging.
        may_change: Objects that are none of this comparison's business.

    Raises:
        CannotJudge: The baseline is empty or has no Deployment: nothing could be told from it.
    """
    if not baseline.objects.get(_DEPLOYMENT) or not baseline.objects.get("v1/Namespace"):
        raise CannotJudge("the baseline is empty: what was there before is not known")
    before, after = _lasting(baseline), _lasting(now)
    changes = [
        change for key in sorted({*before, *after}) for change in _compare(key, before, after)
    ]
    return [
        change
        for change in changes
        if not any(s.matches(change.kind, change.namespace, change.name) for s in may_change)
    ]


def _compare(
    key: Key, before: Mapping[Key, KubeObject], after: Mapping[Key, KubeObject]
) -> Iterator[Change]:
    full_kind, namespace, name = key
    kind = full_kind.rpartition("/")[2]
    old, new = before.get(key), after.get(key)
    if old is None:
        if kind in REACHING_KINDS and not _is_automatic(new):
            yield Change(kind, namespace, name, ChangeKind.ADDED)
    elif new is None:
        yield Change(kind, namespace, name, ChangeKind.DELETED)
    else:
        paths = tuple(_differences(lasting(kind, old), lasting(kind, new), ""))
        if paths:
            shown = (*paths[:_PATHS_AT_MOST], "…") if len(paths) > _PATHS_AT_MOST else paths
            yield Change(kind, namespace, name, ChangeKind.CHANGED, shown)


def _lasting(observation: Observation) -> Mapping[Key, KubeObject]:
    """Objects by key, without the living ones and those on their way out."""
    kept: dict[Key, KubeObject] = {}
    for full_kind, objects in observation.objects.items():
        kind = full_kind.rpartition("/")[2]
        for found in objects:
            metadata = found.get("metadata") or {}
            if not is_living(kind, found) and not metadata.get("deletionTimestamp"):
                key = (full_kind, str(metadata.get("namespace", "")), str(metadata.get("name", "")))
                kept[key] = found
    return kept


def _is_automatic(found: KubeObject | None) -> bool:
    """Whether the API server made it by itself, beside a custom resource."""
    labels = ((found or {}).get("metadata") or {}).get("labels") or {}
    return "kube-aggregator.kubernetes.io/automanaged" in labels


def _differences(old: Any, new: Any, path: str) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}, key=str):
            yield from _differences(
                old.get(key), new.get(key), f"{path}.{key}" if path else str(key)
            )
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(one, other, f"{path}[{number}]")
    elif old != new and not (_is_empty(old) and _is_empty(new)):
        yield path


def _is_empty(value: Any) -> bool:
    """An empty list or mapping is the same as none; 0 and False are values."""
    return value is None or (isinstance(value, str | list | Mapping) and not value)
