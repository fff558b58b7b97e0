"""Since when a finding is as it is: what the candidate did, or when the cluster reacted to it.

A finding names an object in its `where`. The time comes from the observation alone, so that it is the
same live and in the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.checks.cluster import Cluster
from grader.judging.last_change import last_written
from grader.model.observation import KubeObject, Observation
from grader.model.verdict import CheckResult, Finding

_WHERE = re.compile(
    r"(?P<kind>[A-Z]\w+) (?:(?P<namespace>[^/ :]+)/)?(?P<name>[^/ :]+)(?:: (?P<path>.*))?"
)
_STATES = ("status", "pods", "condition", "ready", "endpoints", "rolled out")
_PATH = re.compile(r"[a-z]\w*(\.[\w\-/]+|\[\d+\])*")


def with_since(results: Sequence[CheckResult], observation: Observation) -> tuple[CheckResult, ...]:
    """The results, each finding with the time since when it is so, where the observation tells it."""
    return tuple(_dated(result, observation) for result in results)


def since(where: str, observation: Observation) -> str:
    """RFC 3339 time since when what `where` names is as it is; "" where that is not known.

    Of a state, such as pods that are not ready, it is when the state came; of a value, when it was
    last written; of an object that is gone, when it was taken away, as far as events tell.
    """
    named = _WHERE.fullmatch(where)
    if named is None:
        return ""
    kind, namespace, name = named["kind"], named["namespace"] or "", named["name"]
    found = _object(observation, kind, namespace, name)
    if found is None:
        return _gone(observation, kind, namespace, name)
    path = named["path"] or ""
    if any(word in path.lower() for word in _STATES):
        return _state(found, observation) or last_written(found.get("metadata") or {})
    place = path if _PATH.fullmatch(path) else ""
    return last_written(found.get("metadata") or {}, place)


def _dated(result: CheckResult, observation: Observation) -> CheckResult:
    if result.finding is None and not any(part.finding for part in result.parts):
        return result
    parts = tuple(
        replace(part, finding=_with_time(part.finding, observation)) for part in result.parts
    )
    return replace(result, finding=_with_time(result.finding, observation), parts=parts)


def _with_time(finding: Finding | None, observation: Observation) -> Finding | None:
    if finding is None or finding.since:
        return finding
    return replace(finding, since=since(finding.where, observation))


def _object(observation: Observation, kind: str, namespace: str, name: str) -> KubeObject | None:
    for full_kind, objects in observation.objects.items():
        if full_kind.rpartition("/")[2] == kind:
            for found in objects:
                metadata = found.get("metadata") or {}
                if (str(metadata.get("namespace", "")), metadata.get("name")) == (namespace, name):
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


def _gone(observation: Observation, kind: str, namespace: str, name: str) -> str:
    """The last event about an object that is no longer there."""
    times = [
        _event_time(event)
        for event in observation.objects.get("v1/Event", ())
        if _is_about(event.get("involvedObject"), kind, namespace, name)
    ]
    return max(times, default="")


def _is_about(involved: Any, kind: str, namespace: str, name: str) -> bool:
    if not isinstance(involved, Mapping):
        return False
    about = (involved.get("kind"), str(involved.get("namespace", "")), involved.get("name"))
    return about == (kind, namespace, name)


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
