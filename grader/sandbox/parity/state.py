"""Whether a pod has come to the state in which it is to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from grader.model.observation import KubeObject

_Question = Callable[[KubeObject, Any], bool]


def reached(until: Mapping[str, Any], pod: KubeObject | None, events: Sequence[KubeObject]) -> bool:
    """Whether all that `until` names is so; the names are explained in fixtures/parity/situations.yaml.

    A kubelet's events come a while after the status that they belong to: what runs or has run must have been started.
    """
    ran = until.get("ready") is True or until.get("phase") == "Succeeded"
    whole = {"event": ["Started"], **until} if ran else until
    return all(_is(name, wanted, pod, events) for name, wanted in whole.items())


def _is(name: str, wanted: Any, pod: KubeObject | None, events: Sequence[KubeObject]) -> bool:
    if name == "event":
        reasons = [wanted] if isinstance(wanted, str) else wanted
        return set(reasons) <= {event.get("reason") for event in events}
    if name == "gone":
        return (pod is None) is wanted
    return pod is not None and QUESTIONS[name](pod, wanted)


def _ready(pod: KubeObject, wanted: bool) -> bool:
    return _condition(pod, "Ready").get("status") == ("True" if wanted else "False")


def _phase(pod: KubeObject, wanted: str) -> bool:
    return bool(_status(pod).get("phase") == wanted)


def _unscheduled(pod: KubeObject, wanted: str) -> bool:
    found = _condition(pod, "PodScheduled")
    return bool(found.get("status") == "False" and found.get("reason") == wanted)


def _restarts(pod: KubeObject, wanted: int) -> bool:
    return any(one.get("restartCount", 0) >= wanted for one in _containers(pod))


def _in_state(key: str, state: str) -> _Question:
    def question(pod: KubeObject, wanted: str) -> bool:
        return any(
            ((one.get(key) or {}).get(state) or {}).get("reason") == wanted
            for one in _containers(pod)
        )

    return question


def in_back_off(container: Mapping[str, Any]) -> bool:
    """Whether it was restarted, ended again, and is not restarted yet.

    A kubelet says so (CrashLoopBackOff) from the next time on that it looks at the pod, which may be a minute later;
    until then it tells how the container ended.
    """
    state = container.get("state") or {}
    waiting = (state.get("waiting") or {}).get("reason") == "CrashLoopBackOff"
    return bool(container.get("restartCount")) and (waiting or "terminated" in state)


def _back_off(pod: KubeObject, wanted: bool) -> bool:
    return any(in_back_off(one) for one in _containers(pod)) is wanted


QUESTIONS: Mapping[str, _Question] = {
    "ready": _ready,
    "phase": _phase,
    "unscheduled": _unscheduled,
    "restarts": _restarts,
    "back_off": _back_off,
    "waiting": _in_state("state", "waiting"),
    "terminated": _in_state("state", "terminated"),
    "last": _in_state("lastState", "terminated"),
}
"""What can be asked of a pod's own status, by its name in `until`."""


def _status(pod: KubeObject) -> Mapping[str, Any]:
    return pod.get("status") or {}


def _condition(pod: KubeObject, name: str) -> Mapping[str, Any]:
    for condition in _status(pod).get("conditions") or ():
        if condition.get("type") == name:
            found: Mapping[str, Any] = condition
            return found
    return {}


def _containers(pod: KubeObject) -> Iterator[Mapping[str, Any]]:
    yield from _status(pod).get("initContainerStatuses") or ()
    yield from _status(pod).get("containerStatuses") or ()
