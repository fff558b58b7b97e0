"""Takes the state of a running sandbox whose services are healthy, in a moment in which nothing moves."""

from __future__ import annotations

from grader.sandbox.api import KubeApi
from grader.sandbox.embedded.origin import keep_origin
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.running import program, stopped
from grader.sandbox.embedded.seed_archive import pack, running_containers
from grader.sandbox.reset.carry_out import forget_events
from grader.sandbox.waiting import wait_until

_SETTLED_S = 30.0


class Unsettled(Exception):  # noqa: N818 - nothing is wrong: there is no seed this time
    """The sandbox did not come to rest, so that there is nothing to take."""


def take_snapshot(places: Places, api: KubeApi) -> bytes:
    """The state of a sandbox that nobody works in yet, packed.

    Raises:
        Unsettled: Its containers are not what its pods say, or a program can't be stopped.
    """
    spaces = [one["metadata"]["name"] for one in api.get("/api/v1/namespaces")["items"]]
    # How the services came up is told of this sandbox, not of those that are made from it.
    forget_events(spaces, api)
    keep_origin(places, api)
    taken: list[bytes] = []

    def settled() -> bool:
        wanted = _containers(api)
        # The node first: what it writes is then on its way to a store that still works.
        programs = [one for name in ("node", "etcd") if (one := program(places, name))]
        if not wanted or len(programs) < 2:  # noqa: PLR2004
            return False
        with stopped(programs):
            content = pack(places)
        # Nothing was said in between that the copy does not have.
        if wanted == running_containers(content) == _containers(api):
            taken.append(content)
        return bool(taken)

    try:
        if not wait_until(settled, timeout_s=_SETTLED_S):
            raise Unsettled("the containers are not what the pods say")
    except (OSError, ValueError) as error:
        raise Unsettled(str(error)) from error
    return taken[0]


def _containers(api: KubeApi) -> set[str]:
    """Ids of all containers, as the pods tell of them; none where one of them is not ready."""
    found: set[str] = set()
    for pod in api.get("/api/v1/pods")["items"]:
        for one in (pod.get("status") or {}).get("containerStatuses") or [{}]:
            if not one.get("ready"):
                return set()
            found.add(str(one.get("containerID", "")).rpartition("://")[2])
    return found
