"""What is neither as it was nor as the candidate found it, and that the scenario did not allow to change.

What a scenario's fault broke may stay broken or be mended: whether it had to be mended is for the
objective checks to say. Guards are about everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.checks.expectation import NoBaseline
from grader.checks.volatile import UNORDERED, in_one_order, is_living, lasting
from grader.judging.observing.baseline import missing_from
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

Key = tuple[str, str, str]


class Comparison:
    """What was there before the candidate began, to compare any number of later moments with.

    Args:
        baseline: Taken when all was well.
        found: Taken when the candidate began, if a fault had been brought in until then.

    Raises:
        NoBaseline: The baseline is empty or partial: nothing could be told from it.
    """

    def __init__(self, baseline: Observation, found: Observation | None = None) -> None:
        demand_baseline(baseline)
        # Where nothing was broken, what the candidate found is what was there before.
        moments = [baseline] if found is None or found is baseline else [baseline, found]
        self._earlier = [_lasting(moment) for moment in moments]

    def changes(self, now: Observation, may_change: Sequence[Selector]) -> Sequence[Change]:
        """Compare the lasting part of every object, sorted by kind, namespace and name.

        Args:
            now: Taken at judging.
            may_change: Objects, or places in them, that are none of this comparison's business.
        """
        after = _lasting(now)
        keys = {key for objects in (*self._earlier, after) for key in objects}
        changes = (
            _compare(
                key, [objects.get(key) for objects in self._earlier], after.get(key), may_change
            )
            for key in sorted(keys)
        )
        return [change for change in changes if change is not None]


def demand_baseline(baseline: Observation, services: Sequence[str] = ()) -> None:
    """Raise NoBaseline unless a baseline has every common kind and every service that was there."""
    missing = missing_from(baseline, services)
    if missing:
        raise NoBaseline(f"the baseline is empty or partial: it lacks {missing}")


def _compare(
    key: Key, earlier: Sequence[KubeObject | None], new: KubeObject | None, may: Sequence[Selector]
) -> Change | None:
    """What became of one object, against each of its earlier states; None where nothing did."""
    full_kind, namespace, name = key
    kind = full_kind.rpartition("/")[2]
    allowing = [selector for selector in may if selector.matches(kind, namespace, name)]
    if any(not selector.fields for selector in allowing):
        return None
    states = [old for old in earlier if old is not None]
    if new is None:
        gone = len(states) == len(earlier)
        return Change(kind, namespace, name, ChangeKind.DELETED) if gone else None
    if not states:
        added = kind in REACHING_KINDS and not _is_automatic(new)
        return Change(kind, namespace, name, ChangeKind.ADDED) if added else None
    if any(old == new for old in states):
        # Nearly every object is; comparing is many times faster than looking for differences.
        return None
    now = lasting(kind, new)
    paths = [
        path
        for path in _in_all([list(_differences(lasting(kind, old), now, "")) for old in states])
        if not any(selector.covers(path) for selector in allowing)
    ]
    if not paths:
        return None
    shown = (*paths[:_PATHS_AT_MOST], "…") if len(paths) > _PATHS_AT_MOST else tuple(paths)
    return Change(kind, namespace, name, ChangeKind.CHANGED, shown)


def _in_all(differences: Sequence[Sequence[str]]) -> Sequence[str]:
    """The places that differ from every earlier state; of places inside each other, the inner one."""
    common = list(differences[0])
    for others in differences[1:]:
        pairs = ((path, other) for path in common for other in others)
        common = [max(pair, key=len) for pair in pairs if _is_inside(*pair)]
    return list(dict.fromkeys(common))


def _is_inside(one: str, other: str) -> bool:
    """Whether two places are the same, or one lies in the other."""
    short, long = sorted((one, other), key=len)
    return long == short or long.startswith((f"{short}.", f"{short}["))


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
    if old == new:
        return
    name = path.rpartition(".")[2]
    if name in UNORDERED and in_one_order(old, name) == in_one_order(new, name):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}, key=str):
            yield from _differences(
                old.get(key), new.get(key), f"{path}.{key}" if path else str(key)
            )
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(one, other, f"{path}[{number}]")
    elif not (_is_empty(old) and _is_empty(new)):
        yield path


def _is_empty(value: Any) -> bool:
    """An empty list or mapping is the same as none; 0 and False are values."""
    return value is None or (isinstance(value, str | list | Mapping) and not value)
