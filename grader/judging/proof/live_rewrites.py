"""Solved work written otherwise, with the same meaning, on the running cluster."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from grader.judging.proof.cluster_edits import Refused, edit, kubectl, read
from grader.judging.proof.difference import Key, Subject, kind_of
from grader.judging.proof.mutant import Edit, without_identity
from grader.judging.proof.operators.undone import is_release
from grader.judging.proof.rewriting import MARK
from grader.judging.proof.spelling import in_another_order, in_other_quantities
from grader.sandbox.protocol import Workstation

_ROLLOUT_S = 90
_STRANGER = "look-around"


@dataclass(frozen=True)
class LiveRewrite:
    """One rewrite on a cluster; `play` raises Refused where the cluster does not allow it."""

    name: str
    play: Callable[[Workstation], None]


def live_rewrites(subject: Subject) -> Iterator[LiveRewrite]:
    """Every rewrite, in an order in which each may be played on top of those before it."""
    there = {key: found for key, found in subject.there.items() if not is_release(found)}
    deployments = [key for key in there if kind_of(key) == "Deployment"]
    yield LiveRewrite("unrelated objects in default, on the cluster", _strangers)
    if there:
        keys = tuple(there)
        yield LiveRewrite("labels and annotations, on the cluster", lambda w: _mark(w, keys))
        yield LiveRewrite("applied again with every default spelled out", lambda w: _apply(w, keys))
    if deployments:
        yield LiveRewrite("written otherwise, on the cluster", lambda w: _respell(w, deployments))
        yield LiveRewrite("rolled out again", lambda w: _restart(w, deployments))


def _strangers(workstation: Workstation) -> None:
    _run(workstation, f"kubectl create configmap {_STRANGER} -n default --from-literal=a=b")
    _run(workstation, f"kubectl run {_STRANGER} -n default --image=look-around:1 --restart=Never")


def _mark(workstation: Workstation, keys: tuple[Key, ...]) -> None:
    def change(found: dict[str, Any] | None) -> dict[str, Any] | None:
        if found is not None:
            metadata = found["metadata"]
            metadata["labels"] = {**(metadata.get("labels") or {}), MARK: "true"}
            metadata["annotations"] = {**(metadata.get("annotations") or {}), MARK: "by the proof"}
        return found

    edit(workstation, [Edit(key, change) for key in keys])


def _apply(workstation: Workstation, keys: tuple[Key, ...]) -> None:
    """What the API server shows has every default in it; applied, it becomes what somebody wants."""
    for key in keys:
        found = read(workstation, key)
        if found is not None:
            kubectl(workstation, "apply", without_identity(found))


def _respell(workstation: Workstation, keys: list[Key]) -> None:
    def change(found: dict[str, Any] | None) -> dict[str, Any] | None:
        if found is not None:
            in_other_quantities(found)
            in_another_order(found)
        return found

    edit(workstation, [Edit(key, change) for key in keys])
    _wait(workstation, keys)


def _restart(workstation: Workstation, keys: list[Key]) -> None:
    for _, namespace, name in keys:
        _run(workstation, f"kubectl rollout restart deployment/{_quoted(name)} -n {namespace}")
    _wait(workstation, keys)


def _wait(workstation: Workstation, keys: list[Key]) -> None:
    for _, namespace, name in keys:
        words = f"kubectl rollout status deployment/{_quoted(name)} -n {namespace}"
        _run(workstation, f"{words} --timeout={_ROLLOUT_S}s")


def _run(workstation: Workstation, script: str) -> None:
    done = workstation.run(script, timeout_s=_ROLLOUT_S + 30)
    if done.exit_code:
        raise Refused((done.stderr.strip() or done.stdout.strip())[-500:])


def _quoted(name: str) -> str:
    return shlex.quote(name)
