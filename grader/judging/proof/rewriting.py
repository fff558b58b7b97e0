"""Solved work written otherwise, with the same meaning, on the record: no point may be lost by it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.judging.proof.difference import Key, Subject, key_of, kind_of, value_at
from grader.judging.proof.operators.undone import is_release
from grader.judging.proof.operators.workloads import KINDS
from grader.judging.proof.spelling import in_another_order, in_other_quantities, with_full_images
from grader.model.observation import KubeObject, Observation

MARK = "proof.grader/nobody-asked"
_DIGEST = "sha256:" + "0" * 64


@dataclass(frozen=True)
class RecordedRewrite:
    """One rewrite on a record."""

    name: str
    of: Callable[[Observation], Observation]


def recorded_rewrites(subject: Subject) -> Iterator[RecordedRewrite]:
    """Every rewrite of the objects that the right answers made or changed, and of their pods."""
    keys = {key for key, found in subject.there.items() if not is_release(found)}

    def objects(change: Callable[[dict[str, Any]], None]) -> Callable[[Observation], Observation]:
        return lambda observation: _each(observation, keys, change)

    yield RecordedRewrite("quantities spelled otherwise", objects(in_other_quantities))
    yield RecordedRewrite("lists in another order", objects(in_another_order))
    yield RecordedRewrite("images with registry and digest", objects(with_full_images(_DIGEST)))
    yield RecordedRewrite("labels and annotations nobody asked for", objects(_marked))
    yield RecordedRewrite("a sidecar beside the container", objects(_with_sidecar))
    yield RecordedRewrite("objects listed in another order", _listed_backwards)
    yield RecordedRewrite("unrelated objects in default", _with_strangers)


def _each(
    observation: Observation, keys: set[Key], change: Callable[[dict[str, Any]], None]
) -> Observation:
    """Change the objects of these keys, and the pods that their workloads own."""
    mine = _owned(observation, keys)
    objects: dict[str, Sequence[KubeObject]] = {}
    for kind, there in observation.objects.items():
        changed: list[KubeObject] = []
        for found in there:
            if key_of(kind, found) in keys or value_at(found, ("metadata", "uid")) in mine:
                mine_now = copy.deepcopy(dict(found))
                change(mine_now)
                changed.append(mine_now)
            else:
                changed.append(found)
        objects[kind] = changed
    return replace(observation, objects=objects)


def _owned(observation: Observation, keys: set[Key]) -> set[str]:
    """The uids of ReplicaSets and pods below the workloads among these objects."""
    owners = {
        str(value_at(found, ("metadata", "uid")))
        for kind, there in observation.objects.items()
        for found in there
        if kind_of(key_of(kind, found)) in KINDS and key_of(kind, found) in keys
    }
    mine: set[str] = set()
    for kind in ("apps/v1/ReplicaSet", "v1/Pod"):
        for found in observation.objects.get(kind, ()):
            references = value_at(found, ("metadata", "ownerReferences")) or ()
            if any(reference.get("uid") in owners | mine for reference in references):
                mine.add(str(value_at(found, ("metadata", "uid"))))
    return mine


def _marked(found: dict[str, Any]) -> None:
    metadata = found.setdefault("metadata", {})
    metadata["labels"] = {**(metadata.get("labels") or {}), MARK: "true"}
    metadata["annotations"] = {**(metadata.get("annotations") or {}), MARK: "by the proof"}


def _with_sidecar(found: dict[str, Any]) -> None:
    """A native sidecar, as a mesh adds one: an init container that goes on running."""
    spec = found.get("spec") or {}
    pod = value_at(spec, ("template", "spec")) or (spec if "containers" in spec else None)
    if isinstance(pod, dict) and pod.get("containers"):
        sidecar = {"name": "proof-mesh", "image": "mesh/proxy:1.0.0", "restartPolicy": "Always"}
        pod["initContainers"] = [*(pod.get("initContainers") or ()), sidecar]


def _listed_backwards(observation: Observation) -> Observation:
    objects = {kind: list(reversed(there)) for kind, there in observation.objects.items()}
    return replace(observation, objects=dict(reversed(objects.items())))


def _with_strangers(observation: Observation) -> Observation:
    """A pod, a ConfigMap and a Service that have nothing to do with the task."""
    made: dict[str, dict[str, Any]] = {
        "v1/Pod": {"spec": {"containers": [{"name": "look", "image": "look:1"}]}, "status": {}},
        "v1/ConfigMap": {"data": {"LOG_LEVEL": "DEBUG"}},
        "v1/Service": {"spec": {"ports": [{"port": 80}], "selector": {"app": "look"}}},
    }
    objects: dict[str, Sequence[KubeObject]] = dict(observation.objects)
    for kind, parts in made.items():
        metadata = {"name": "look-around", "namespace": "default", "uid": f"proof-{kind}"}
        api, _, plain = kind.rpartition("/")
        stranger = {"apiVersion": api, "kind": plain, "metadata": metadata, **copy.deepcopy(parts)}
        objects[kind] = [*objects.get(kind, ()), stranger]
    return replace(observation, objects=objects)
