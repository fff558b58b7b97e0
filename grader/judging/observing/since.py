"""Since when a finding is as it is: what the candidate did, or when the cluster reacted to it.

A finding names an object in its `where`. The time comes from the observation alone, so that it is the
same live and in the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.checks.cluster import Cluster
from grader.judging.observing.last_change import last_written
from grader.model.observation import KubeObject, Observation
from grader.model.verdict import CheckResult, Finding

_WHERE = re.compile(
    r"(?P<kind>[A-Z]\w+) (?:(?P<namespace>[^/ :]+)/)?(?P<name>[^/ :]+)(?:: (?P<path>.*))?"
)
_STATES = ("status", "pods", "condition", "ready", "endpoints", "rolled out")
_PATH = re.compile(r"[a-z]\w*(\.[\w\-/]+|\[\d+\])*")


def with_since(results: Sequence[CheckResult], observation: Observation) -> tuple[CheckResult, ...]:
    """The results, each finding with the time since when it is so, where the observation tells it."""

    def dated(finding: Finding) -> Finding:
        if finding.since:
            return finding
        return replace(finding, since=since(finding.where, observation))

    return tuple(with_findings(result, dated) for result in results)


def since(where: str, observation: Observation) -> str:
    """RFC 3339 time since when what `where` names is as it is; "" where that is not known.

    Of a state, such as pods that are not ready, it is when the state came; of a value, when it was
    last written; of an object that is gone, when it was taken away, as far as events tell.
    """
    place = place_of(where)
    if place is None:
        return ""
    found = object_at(place, observation)
    if found is None:
        return _gone(observation, place)
    if place.is_state:
        return _state(found, observation) or last_written(found.get("metadata") or {})
    return last_written(found.get("metadata") or {}, place.path)


@dataclass(frozen=True)
class Place:
    """What a finding's `where` names.

    Attributes:
        kind: Such as "Deployment".
        namespace: "" outside any.
        name: Of the object.
        path: The place in it, such as "spec.replicas"; "" for the whole, or where it is told in words.
        is_state: Whether it is something that the cluster brings about, such as pods that are ready.
    """

    kind: str
    namespace: str
    name: str
    path: str = ""
    is_state: bool = False


def place_of(where: str) -> Place | None:
    """The place that a finding names; None where that is no object."""
    named = _WHERE.fullmatch(where)
    if named is None:
        return None
    path = named["path"] or ""
    return Place(
        named["kind"],
        named["namespace"] or "",
        named["name"],
        path if _PATH.fullmatch(path) else "",
        is_state=any(word in path.lower() for word in _STATES),
    )


def with_findings(result: CheckResult, change: Callable[[Finding], Finding]) -> CheckResult:
    """A result with its findings, its parts' too, as `change` makes them."""
    if result.finding is None and not any(part.finding for part in result.parts):
        return result
    parts = tuple(
        replace(part, finding=part.finding and change(part.finding)) for part in result.parts
    )
    return replace(result, finding=result.finding and change(result.finding), parts=parts)


def object_at(place: Place, observation: Observation) -> KubeObject | None:
    """The object that is there; None where there is none."""
    for full_kind, objects in observation.objects.items():
        if full_kind.rpartition("/")[2] == place.kind:
            for found in objects:
                metadata = found.get("metadata") or {}
                at = (str(metadata.get("namespace", "")), metadata.get("name"))
                if at == (place.namespace, place.name):
                    return found
    return None


def _state(found: KubeObject, observation: Observation) -> str:
    """When the worst of its conditions came: of its pods that are not ready, or of itself."""
    changed = [
        str(condition.get("lastTransitionTime") or "")
        for one in (found, *_pods(found, observation))
        for condition in _mappings((one.get("status") or {}).get("conditions"))
        if condition.get("type") in {"Ready", "Available"} and condition.get("status") != "True"
    ]
    return min(filter(None, changed), default="")


def _pods(found: KubeObject, observation: Observation) -> Iterator[KubeObject]:
    """The pods of a Deployment, or those that a Service means."""
    cluster = Cluster(observation.objects)
    metadata = found.get("metadata") or {}
    name, namespace = str(metadata.get("name", "")), str(metadata.get("namespace", ""))
    if found.get("kind") == "Deployment":
        yield from (pod.raw for pod in cluster.deployment(name, namespace).pods)
    elif found.get("kind") == "Service":
        selector = cluster.service(name, namespace).selector
        if selector:
            yield from (pod.raw for pod in cluster.pods(selector, namespace=namespace))


def _gone(observation: Observation, place: Place) -> str:
    """The last event about an object that is no longer there."""
    times = [
        _event_time(event)
        for event in observation.objects.get("v1/Event", ())
        if _is_about(event.get("involvedObject"), place)
    ]
    return max(times, default="")


def _is_about(involved: Any, place: Place) -> bool:
    if not isinstance(involved, Mapping):
        return False
    about = (involved.get("kind"), str(involved.get("namespace", "")), involved.get("name"))
    return about == (place.kind, place.namespace, place.name)


def _event_time(event: KubeObject) -> str:
    metadata = event.get("metadata") or {}
    times = (event.get("lastTimestamp"), event.get("eventTime"), metadata.get("creationTimestamp"))
    return str(next((time for time in times if time), ""))


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return (
        [item for item in value or () if isinstance(item, Mapping)]
        if isinstance(value, list)
        else []
    )
