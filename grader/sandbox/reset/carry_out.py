"""Carries out the steps of a plan through the API server, as many at once as it takes well."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from grader.model.errors import Code, GraderError
from grader.model.observation import KubeObject
from grader.sandbox.api import Answer, KubeApi
from grader.sandbox.release_seed import ReleaseSeed, replay_objects
from grader.sandbox.reset.objects import metadata_of
from grader.sandbox.reset.plan import Plan
from grader.sandbox.waiting import wait_until

_AT_ONCE = 8
# What acted on requests does so for a moment after it is gone.
_INSIST_S = 5
_SPACE_S = 60
# While everything ends at once the API server has more to do than at any other time.
_BUSY_S = 60
_GOOD = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED}
_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
# What the API server fills in, and what is of one object only.
_SERVER_FIELDS = (
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "generation",
    "managedFields",
    "selfLink",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
)
_MERGE = {"Content-Type": "application/merge-patch+json"}


def clear(plan: Plan, api: KubeApi) -> None:
    """Take away what has to go. Raises GraderError sandbox-broken where the server does not let it go."""
    for found in plan.reaching:
        _remove(found, api)
    _at_once(lambda found: _remove(found, api), plan.remove)
    _at_once(lambda pod: _remove(pod, api), plan.pods)
    for name in plan.spaces:
        _await_end_of(name, api)


def bring_back(plan: Plan, seeds: Mapping[str, ReleaseSeed], api: KubeApi) -> None:
    """Make again what has to be there. Raises GraderError sandbox-broken where the server refuses it."""
    for found in plan.create:
        _create(found, api)
    _at_once(lambda found: _replace(found, api), plan.replace)
    replay_objects(seeds, frozenset(plan.install), api)


def remove_stragglers(pods: Iterable[KubeObject], api: KubeApi) -> None:
    """End pods at once that are on their way out anyway."""
    _at_once(lambda pod: _remove(pod, api), list(pods))


def forget_events(namespaces: Sequence[str], api: KubeApi) -> None:
    """Delete what happened in namespaces until now: it tells of work that is undone."""
    _at_once(
        lambda name: api.request("DELETE", f"/api/v1/namespaces/{name}/events", timeout_s=_BUSY_S),
        list(namespaces),
    )


def _remove(found: KubeObject, api: KubeApi) -> None:
    path = api.path_of(found)
    options = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "gracePeriodSeconds": 0,
        "propagationPolicy": "Background",
        "preconditions": {"uid": metadata_of(found).get("uid")},
    }
    _insist(
        "DELETE",
        path,
        lambda: api.request("DELETE", path, body=options, timeout_s=_BUSY_S),
        _GOOD | _GONE,
    )
    if metadata_of(found).get("finalizers"):
        # Who was to look at it first has nothing left to look after.
        free = {"metadata": {"finalizers": None}}
        _insist(
            "PATCH",
            path,
            lambda: api.request("PATCH", path, body=free, headers=_MERGE),
            _GOOD | _GONE,
        )


def _create(found: KubeObject, api: KubeApi) -> None:
    path = api.path_of(found)
    document = _as_new(found)
    _insist(
        "POST",
        path,
        lambda: api.request("POST", path.rpartition("/")[0], body=document),
        # Some are made by the cluster itself meanwhile; whether rightly is looked at in the end.
        _GOOD | {HTTPStatus.CONFLICT},
    )


def _replace(found: KubeObject, api: KubeApi) -> None:
    """Put the old content back, in another object of the same name where that is not allowed."""
    path = api.path_of(found)
    document = _as_new(found)
    answer = api.request("PUT", path, body=document)
    if answer.status in _GOOD:
        return
    live = api.request("GET", path)
    if live.status == HTTPStatus.OK:
        _remove({**found, "metadata": live.json()["metadata"]}, api)
    _create(found, api)


def _as_new(found: KubeObject) -> dict[str, Any]:
    metadata = {k: v for k, v in metadata_of(found).items() if k not in _SERVER_FIELDS}
    return {**{k: v for k, v in found.items() if k != "status"}, "metadata": metadata}


def _await_end_of(namespace: str, api: KubeApi) -> None:
    """Wait until a namespace is gone, which takes the cluster five seconds and more."""
    path = f"/api/v1/namespaces/{namespace}"

    def gone() -> bool:
        return api.request("GET", path).status == HTTPStatus.NOT_FOUND

    if not wait_until(gone, timeout_s=_SPACE_S, pause_s=0.1):
        raise GraderError(
            Code.SANDBOX_BROKEN, "a namespace does not go", where=f"namespace {namespace}"
        )


def _insist(method: str, path: str, ask: Callable[[], Answer], good: set[HTTPStatus]) -> None:
    """Ask until the answer is a good one. Raises GraderError sandbox-broken where it stays a refusal."""
    last: list[Answer] = []

    def accepted() -> bool:
        last[:] = [ask()]
        return last[0].status in good

    if not wait_until(accepted, timeout_s=_INSIST_S):
        raise GraderError(
            Code.SANDBOX_BROKEN,
            f"the cluster's API server answered {last[0].status} to {method}",
            where=path,
            detail=_message(last[0]),
        )


def _message(answer: Answer) -> str:
    try:
        return str(json.loads(answer.body)["message"])
    except (ValueError, KeyError, TypeError):
        return answer.body.decode(errors="replace")[:1000]


def _at_once(step: Callable[[Any], object], things: Sequence[Any]) -> None:
    if not things:
        return
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="reset") as pool:
        list(pool.map(step, things))
