"""Waits until the services are healthy again, with the pods that they had and no other."""

from __future__ import annotations

from collections.abc import Iterator

from grader.model.errors import Code, GraderError
from grader.model.observation import KubeObject
from grader.sandbox.api import KubeApi
from grader.sandbox.process import Commands
from grader.sandbox.releases import is_complete
from grader.sandbox.reset.carry_out import remove_stragglers
from grader.sandbox.reset.objects import (
    POD,
    SYSTEM,
    Objects,
    controller_of,
    crowd,
    is_ending,
    uid_of,
)
from grader.sandbox.waiting import wait_until

_READY_S = 120
_DEPLOYMENT, _SET = "apps/v1/Deployment", "apps/v1/ReplicaSet"
_PATHS = {
    _DEPLOYMENT: "/apis/apps/v1/deployments",
    _SET: "/apis/apps/v1/replicasets",
    POD: "/api/v1/pods",
}


def wait_settled(origin: Objects, api: KubeApi, commands: Commands) -> None:
    """Wait for every Deployment of the origin, and for as many pods of each controller as there were.

    Raises:
        GraderError: sandbox-broken, naming what does not come.
    """
    wanted = crowd(origin.get(POD, ()))
    # Some of the system's may have been on their way still.
    names = {_place(one) for one in origin.get(_DEPLOYMENT, ()) if is_complete(one)}
    left: list[str] = []

    def listed(kind: str) -> list[KubeObject]:
        return api.listed(_PATHS[kind], *_split(kind))

    def settled() -> bool:
        commands.require_wanted("waiting for the services")
        alive = {uid_of(one) for one in listed(_SET)}
        pods = listed(POD)
        remove_stragglers(_stragglers(pods, alive), api)
        there = crowd(pods)
        left[:] = [
            *(f"pods of {name}" for name in sorted(wanted | there) if wanted[name] != there[name]),
            *(f"pod {_place(pod)}" for pod in pods if not _serves(pod) and not _is_system(pod)),
        ]
        if not left:
            # They are the last to be complete; asked each time they would take half of the asking.
            complete = {_place(one) for one in listed(_DEPLOYMENT) if is_complete(one)}
            left[:] = [f"Deployment {name}" for name in sorted(names - complete)]
        return not left

    if not wait_until(settled, timeout_s=_READY_S, pause_s=0.1):
        raise GraderError(
            Code.SANDBOX_BROKEN,
            f"the sandbox can't be brought back to its start: it still waits for {', '.join(left[:5])}",
            hint="end it with grader stop, and begin a new one with grader start",
        )


def _stragglers(pods: list[KubeObject], alive: set[str]) -> Iterator[KubeObject]:
    """Pods on their way out, which would be so for their whole grace."""
    for pod in pods:
        controller = controller_of(pod)
        orphaned = (
            controller is not None
            and controller.get("kind") == "ReplicaSet"
            and controller.get("uid") not in alive
        )
        if is_ending(pod) or orphaned:
            yield pod


def _serves(pod: KubeObject) -> bool:
    statuses = (pod.get("status") or {}).get("containerStatuses") or [{}]
    return not is_ending(pod) and all(one.get("ready") for one in statuses)


def _is_system(pod: KubeObject) -> bool:
    return bool(pod["metadata"].get("namespace") == SYSTEM)


def _place(found: KubeObject) -> str:
    return f"{found['metadata'].get('namespace', '')}/{found['metadata']['name']}"


def _split(full_kind: str) -> tuple[str, str]:
    version, _, kind = full_kind.rpartition("/")
    return version, kind
