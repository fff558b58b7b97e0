"""Brings every situation about in one cluster, and records what is said of each pod once it is there."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from grader.model.errors import Code, GraderError
from grader.model.observation import KubeObject
from grader.sandbox.api import KubeApi
from grader.sandbox.parity.record import Record, recorded
from grader.sandbox.parity.situations import NAMESPACE, Situation, shared_objects
from grader.sandbox.parity.state import reached
from grader.sandbox.waiting import wait_until

LIMIT_S = 240.0
"""How long the slowest situation may take: with all of them at once a small machine is busy for a minute.

One that does not come about by then is looked at again by itself, see `parity.compare_nodes`.
"""
STILL_S = 1.0
"""How long what is said has to stay as it is: a kubelet tells of one change in several steps."""
NEVER = "never reached"
"""The place in a record of a situation that did not come about."""

_NAMESPACE = f"/api/v1/namespaces/{NAMESPACE}"
_READY_S = 30
_LOOK_S = 0.25
_NAMED = 3


def play(
    api: KubeApi,
    wanted: Sequence[Situation],
    note: Callable[[str], None],
    *,
    limit_s: float = LIMIT_S,
) -> Mapping[str, Record]:
    """Make all pods at once, and look until each has been seen in its state.

    Args:
        api: The cluster.
        wanted: The situations.
        note: Told how many have been seen.
        limit_s: After so many seconds those that are not there are recorded as they are, with `NEVER`.

    Raises:
        GraderError: sandbox-broken, where the API server refuses something or is gone.
    """
    _prepare(api)
    courses = [_Course(situation) for situation in wanted]
    for course in courses:
        for thing in course.situation.objects:
            api.apply_object(thing)

    def look() -> bool:
        pods = {pod["metadata"]["name"]: pod for pod in _listed(api, "Pod", "pods")}
        events: dict[str, list[KubeObject]] = defaultdict(list)
        for event in _listed(api, "Event", "events"):
            events[event["involvedObject"]["name"]].append(event)
        for course in courses:
            if not course.done:
                name = course.situation.name
                course.look(pods.get(name), events[name], api)
        note(_progress(courses))
        return all(course.done for course in courses)

    wait_until(look, timeout_s=limit_s, pause_s=_LOOK_S)
    return {course.situation.name: course.record() for course in courses}


def _progress(courses: Sequence[_Course]) -> str:
    """How many have been seen, and the names of the last ones that have not."""
    missing = [course.situation.name for course in courses if not course.done]
    names = f", not yet {', '.join(missing)}" if 0 < len(missing) <= _NAMED else ""
    return f"seen: {len(courses) - len(missing)} of {len(courses)}{names}"


@dataclass
class _Course:
    """How far one situation is."""

    situation: Situation
    deleted: bool = False
    done: bool = False
    seen: Record = field(default_factory=dict)
    since: float = 0.0

    def look(self, pod: KubeObject | None, events: Sequence[KubeObject], api: KubeApi) -> None:
        seen = recorded(pod, events)
        until: Mapping[str, Any] = {"gone": True} if self.deleted else self.situation.until
        there = reached(until, pod, events)
        if there and self.situation.delete and not self.deleted:
            _delete(api, self.situation.name)
            self.deleted = True
            return
        now = time.monotonic()
        if seen != self.seen or not there:
            self.seen, self.since = seen, now
        self.done = there and now - self.since >= STILL_S

    def record(self) -> Record:
        """What was seen of it last."""
        return self.seen if self.done else {**self.seen, NEVER: str(dict(self.situation.until))}


def _prepare(api: KubeApi) -> None:
    """The namespace, with what the pods share; no pod is admitted before it has its account."""
    api.apply_object({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    account = f"{_NAMESPACE}/serviceaccounts/default"
    if not wait_until(
        lambda: api.request("GET", account).status == HTTPStatus.OK, timeout_s=_READY_S
    ):
        raise GraderError(Code.SANDBOX_BROKEN, "a namespace got no account", where=account)
    for thing in shared_objects():
        api.apply_object(thing)


def _delete(api: KubeApi, pod: str) -> None:
    path = f"{_NAMESPACE}/pods/{pod}"
    answer = api.request("DELETE", path)
    if answer.status not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
        raise GraderError(Code.SANDBOX_BROKEN, "a pod could not be deleted", where=path)


def _listed(api: KubeApi, kind: str, resource: str) -> Sequence[KubeObject]:
    return api.listed(f"{_NAMESPACE}/{resource}", "v1", kind)
