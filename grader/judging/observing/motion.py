"""Whether anything in the cluster can still change by itself before a deadline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from grader.checks.helm_storage import SECRET_TYPE
from grader.model.observation import KubeObject, Observation

# A container whose image is not on the node never starts: nothing can be pulled in a sandbox.
# The others wait for somebody to write the object or the name that they need.
_WAITS_FOR_SOMEBODY = frozenset(
    {
        "ErrImageNeverPull",
        "ImagePullBackOff",
        "ErrImagePull",
        "InvalidImageName",
        "CreateContainerConfigError",
    }
)
_FIRST_BACKOFF_S = 10
_LONGEST_BACKOFF_S = 300
_MARGIN_S = 2

# Far more than a pod of the studio needs even on a machine with ten times its work.
_YOUNG_S = 60
_STARTING = frozenset({"ContainerCreating", "PodInitializing", ""})

_MOVING_KINDS = (
    "v1/Pod",
    "v1/Service",
    "v1/ConfigMap",
    "v1/Secret",
    "v1/Endpoints",
    "apps/v1/Deployment",
    "apps/v1/ReplicaSet",
    "apps/v1/StatefulSet",
    "apps/v1/DaemonSet",
    "batch/v1/Job",
    "discovery.k8s.io/v1/EndpointSlice",
)


def fingerprint(observation: Observation) -> frozenset[tuple[str, str, str]]:
    """What two observations share if nothing that matters to a workload happened between them."""
    return frozenset(
        (kind, str(metadata.get("uid", "")), str(metadata.get("resourceVersion", "")))
        for kind in _MOVING_KINDS
        for found in observation.objects.get(kind, ())
        if (metadata := found.get("metadata") or {})
    )


def at_rest(observation: Observation, within_s: float) -> bool:
    """Whether, without anybody's hand, every workload stays as it is for so many seconds.

    Doubt is movement: what can't be told from the observation is waited for.
    """
    until = _time(observation.taken_at)
    if until is None:
        return False
    until += timedelta(seconds=within_s + _MARGIN_S)
    objects = observation.objects
    return not (
        any(_is_moving_set(o) for o in objects.get("apps/v1/Deployment", ()))
        or any(_is_moving_set(o) for o in objects.get("apps/v1/StatefulSet", ()))
        or any(_is_moving_pod(o, until) for o in objects.get("v1/Pod", ()))
        or any(_is_running_job(o) for o in objects.get("batch/v1/Job", ()))
        or any(_is_pending_release(o) for o in objects.get("v1/Secret", ()))
    )


def is_starting(observation: Observation) -> bool:
    """Whether a pod is on its way up, was made a short time ago and has not failed at anything.

    Nothing in it speaks against the work: where time is up, it is the machine that is slow.
    """
    now = _time(observation.taken_at)
    if now is None:
        return False
    return any(_is_starting_pod(pod, now) for pod in observation.objects.get("v1/Pod", ()))


def _is_starting_pod(found: KubeObject, now: datetime) -> bool:
    metadata, status = found.get("metadata") or {}, found.get("status") or {}
    made = _time(metadata.get("creationTimestamp"))
    if (
        metadata.get("deletionTimestamp")
        or made is None
        or now - made > timedelta(seconds=_YOUNG_S)
    ):
        return False
    if status.get("phase") in {"Succeeded", "Failed"}:
        return False
    conditions = {c.get("type"): c for c in status.get("conditions") or ()}
    if (conditions.get("Ready") or {}).get("status") == "True":
        return False
    if (conditions.get("PodScheduled") or {}).get("reason") == "Unschedulable":
        return False
    return all(_is_starting_container(container) for container in _containers(status))


def _is_starting_container(container: Mapping[str, Any]) -> bool:
    """It has not ended badly, and waits for nothing but its turn."""
    state, last = container.get("state") or {}, container.get("lastState") or {}
    ended = state.get("terminated") or {}
    if container.get("restartCount") or last.get("terminated") or ended.get("exitCode"):
        return False
    return str((state.get("waiting") or {}).get("reason") or "") in _STARTING


def _is_moving_set(found: KubeObject) -> bool:
    """Its controller has not seen its latest form, or has not made all of its pods."""
    metadata, spec, status = (found.get(key) or {} for key in ("metadata", "spec", "status"))
    wanted = spec.get("replicas", 1)
    if metadata.get("deletionTimestamp"):
        return True
    if int(status.get("observedGeneration", 0)) < int(metadata.get("generation", 0)):
        return True
    return int(status.get("replicas", 0)) < int(wanted)


def _is_moving_pod(found: KubeObject, until: datetime) -> bool:
    metadata, status = found.get("metadata") or {}, found.get("status") or {}
    if metadata.get("deletionTimestamp"):
        return True
    if status.get("phase") in {"Succeeded", "Failed"}:
        return False
    conditions = status.get("conditions") or ()
    if any(c.get("type") == "Ready" and c.get("status") == "True" for c in conditions):
        return False
    if any(c.get("reason") == "Unschedulable" for c in conditions):
        return False
    return not any(_is_stuck(container, until) for container in _containers(status))


def _containers(status: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from status.get("initContainerStatuses") or ()
    yield from status.get("containerStatuses") or ()


def _is_stuck(container: Mapping[str, Any], until: datetime) -> bool:
    """It keeps its pod from being ready, and the kubelet does not try again before the time."""
    reason = ((container.get("state") or {}).get("waiting") or {}).get("reason")
    if reason in _WAITS_FOR_SOMEBODY:
        return True
    if reason != "CrashLoopBackOff":
        return False
    ended = _time(((container.get("lastState") or {}).get("terminated") or {}).get("finishedAt"))
    restarts = min(int(container.get("restartCount", 0)), 10)
    pause_s = min(_FIRST_BACKOFF_S * 2 ** max(restarts - 1, 0), _LONGEST_BACKOFF_S)
    return ended is not None and ended + timedelta(seconds=pause_s) > until


def _is_running_job(found: KubeObject) -> bool:
    return bool((found.get("status") or {}).get("active"))


def _is_pending_release(found: KubeObject) -> bool:
    """Helm is at work."""
    status = ((found.get("metadata") or {}).get("labels") or {}).get("status", "")
    return found.get("type") == SECRET_TYPE and str(status).startswith("pending-")


def _time(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
