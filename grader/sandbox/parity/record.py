"""What a node says of a pod, without what is different each time: the part that two nodes have to agree on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.model.observation import KubeObject
from grader.sandbox.parity.state import in_back_off

Record = Mapping[str, str]
"""Places in a pod's status, such as "containers.main.waiting", and what is there."""

GONE = "gone"
# Each is another one on every machine and at every try.
_MASKED = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "UID"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b"), "IP"),
    (re.compile(r"back-off (\d+m)?\d+s"), "back-off TIME"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"),
    # Whose word it is that a name is not known depends on the machine's network.
    (re.compile(r"(dial tcp: lookup [^ :]+)[ :].*"), r"\1 failed"),
)
# Of a pod that got well these are a matter of how often it was asked, restarted or scheduled before it was looked at.
_OF_THE_WAY = frozenset({"Unhealthy", "BackOff", "FailedScheduling"})
_STATES = ("waiting", "running", "terminated")
_ENDED = ("exitCode", "signal", "reason", "message")


def recorded(pod: KubeObject | None, events: Sequence[KubeObject]) -> Record:
    """A pod and its events as places and words; None is a pod that is gone."""
    found = dict(_status(pod)) if pod else {GONE: "yes"}
    well = bool(pod) and found.get("conditions.Ready") == "status: True"
    for event in events:
        if well and event.get("reason") in _OF_THE_WAY:
            continue
        found[f"events.{event.get('type')}.{event.get('reason')}"] = "told"
    return {place: _masked(found[place]) for place in sorted(found)}


def _status(pod: KubeObject) -> Iterator[tuple[str, str]]:
    status = pod.get("status") or {}
    for key in ("phase", "reason", "message", "qosClass"):
        if status.get(key):
            yield key, str(status[key])
    for condition in status.get("conditions") or ():
        yield f"conditions.{condition['type']}", _words(condition, "status", "reason", "message")
    for key, kind in (("initContainerStatuses", "init"), ("containerStatuses", "containers")):
        for one in status.get(key) or ():
            for place, words in _container(one):
                yield f"{kind}.{one['name']}.{place}", words


def _container(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "ready", str(bool(one.get("ready")))
    yield "started", str(one.get("started"))
    yield "image", str(one.get("image"))
    # How often depends on when one looks.
    yield "restarted", str(bool(one.get("restartCount")))
    if user := (one.get("user") or {}).get("linux"):
        yield "user", f"{user.get('uid')}:{user.get('gid')} {user.get('supplementalGroups')}"
    state, last = one.get("state") or {}, one.get("lastState") or {}
    if in_back_off(one):
        # Which of the two ways of telling it is there depends on when the kubelet last looked.
        yield "back-off", _words(state.get("terminated") or last.get("terminated") or {}, *_ENDED)
        return
    for place, states in (("", state), ("last ", last)):
        for name in _STATES:
            if name in states:
                yield f"{place}{name}", _words(states[name], *_ENDED)


def _words(table: Mapping[str, Any], *keys: str) -> str:
    return ", ".join(f"{key}: {table[key]}" for key in keys if table.get(key) not in {None, ""})


def _masked(text: str) -> str:
    for pattern, word in _MASKED:
        text = pattern.sub(word, text)
    return text.strip()
