"""Pods that look as they did and are not: something else runs in them, or their logs tell of trouble."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from grader.model.observation import KubeObject
from grader.sandbox.api import KubeApi
from grader.sandbox.names import NAMESPACE
from grader.sandbox.reset.origin import Origin

_AT_ONCE = 8
_LINES = 2000
_TROUBLE = {"WARNING", "ERROR"}


def suspects(origin: Origin, now: Origin, api: KubeApi) -> frozenset[str]:
    """Uids of the studio's pods to be replaced, of those that were there at the origin."""
    before = {pod["metadata"]["uid"] for pod in origin.objects.get("v1/Pod", ())}
    pods = [
        pod
        for pod in now.objects.get("v1/Pod", ())
        if pod["metadata"]["uid"] in before and pod["metadata"].get("namespace") == NAMESPACE
    ]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="logs") as pool:
        troubled = pool.map(lambda pod: _has_trouble(pod, origin.taken_at, api), pods)
        return frozenset(
            pod["metadata"]["uid"]
            for pod, trouble in zip(pods, troubled, strict=True)
            if trouble or any(_runs_otherwise(one, origin, now) for one in _containers(pod))
        )


def _runs_otherwise(container: str, origin: Origin, now: Origin) -> bool:
    """Whether other programs run in a container; where that can't be told, it may be so.

    Where nobody can start a program in a container, none was looked for.
    """
    if origin.processes is None or now.processes is None:
        return origin.processes is not now.processes
    before = origin.processes.get(container)
    return before is None or before != now.processes.get(container)


def _has_trouble(pod: KubeObject, since: str, api: KubeApi) -> bool:
    """Whether a pod's logs tell of trouble since then, or can't be read."""
    path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}/log"
    for container in pod["spec"]["containers"]:
        query = {"container": container["name"], "sinceTime": since, "tailLines": str(_LINES)}
        answer = api.request("GET", path, query=query)
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
            return True
        text = answer.body.decode(errors="replace")
        # More than is read may hold anything.
        if len(text.splitlines()) >= _LINES or any(level in _TROUBLE for level in _levels(text)):
            return True
    return False


def _levels(text: str) -> Iterator[str]:
    for line in text.splitlines():
        try:
            yield str(json.loads(line)["level"])
        except (ValueError, KeyError, TypeError):
            # A stub writes nothing else; what another program writes is trouble.
            yield "ERROR"


def _containers(pod: KubeObject) -> Iterator[str]:
    for status in (pod.get("status") or {}).get("containerStatuses") or ():
        yield str(status.get("containerID", "")).rpartition("/")[2]
