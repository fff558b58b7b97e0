"""Whether services that come from a seed really serve: what the object store says of them is of another time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from grader.model.errors import Code, GraderError
from grader.model.observation import HttpProbe
from grader.sandbox.api import KubeApi
from grader.sandbox.embedded.addresses import NODE
from grader.sandbox.names import NAMESPACE
from grader.sandbox.releases import is_complete
from grader.sandbox.waiting import wait_until

_SERVING_S = 120
_OK = 200
_SERVICE = "app.kubernetes.io/instance"


def wait_serving(
    services: Sequence[str], api: KubeApi, port: int, require_alive: Callable[[], None]
) -> None:
    """Wait until this sandbox's own node has reported and has its pods, and every service is complete and answers.

    Args:
        services: Ids of the services.
        api: The cluster.
        port: The node's, which no sandbox before this one had there.
        require_alive: Raises where there is nothing to wait for any more.

    Raises:
        GraderError: sandbox-broken, naming what does not come.
    """
    left: list[str] = []

    def serving() -> bool:
        require_alive()
        try:
            left[:] = _missing(services, api, port)
        except GraderError as silent:
            # It may have died, and be on its way back.
            left[:] = [str(silent)]
        return not left

    if not wait_until(serving, timeout_s=_SERVING_S, pause_s=0.02):
        raise GraderError(
            Code.SANDBOX_BROKEN,
            f"these did not become ready: {', '.join(left)}",
            where=NAMESPACE,
            hint="grader start again; if it stays so, grader doctor",
        )


def _missing(services: Sequence[str], api: KubeApi, port: int) -> list[str]:
    return (
        # Asked fifty times a second: one object first, and what is larger only once that is well.
        _node(api, port)
        or _incomplete(services, api)
        # Until its node has heard of a pod, nobody can read that pod's log, though the pod's service answers.
        or _unknown(services, api)
        or _silent(services, api)
        # Of one that says it is not ready an exam's clock would stand.
        or ([] if api.is_ready() else ["kube-apiserver"])
    )


def _node(api: KubeApi, port: int) -> list[str]:
    status = api.get(f"/api/v1/nodes/{NODE}")["status"]
    reported = status.get("daemonEndpoints", {}).get("kubeletEndpoint", {}).get("Port") == port
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in status["conditions"])
    return [] if reported and ready else [f"node {NODE}"]


def _incomplete(services: Sequence[str], api: KubeApi) -> list[str]:
    found = api.get(f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments")["items"]
    complete = {one["metadata"]["name"] for one in found if is_complete(one)}
    return [service for service in services if service not in complete]


def _unknown(services: Sequence[str], api: KubeApi) -> list[str]:
    """The services that the node has no pod of, by its own word."""
    pods = api.get(f"/api/v1/nodes/{NODE}/proxy/pods")["items"] or ()
    known = {(pod["metadata"].get("labels") or {}).get(_SERVICE) for pod in pods}
    return [service for service in services if service not in known]


def _silent(services: Sequence[str], api: KubeApi) -> list[str]:
    with ThreadPoolExecutor(max(1, len(services))) as pool:
        answers = pool.map(lambda one: _answers(one, api), services)
        return [one for one, good in zip(services, answers, strict=True) if not good]


def _answers(service: str, api: KubeApi) -> bool:
    answer = api.probe(HttpProbe(NAMESPACE, service, "http", "/ready"), nonce="start")
    return answer.status == _OK
