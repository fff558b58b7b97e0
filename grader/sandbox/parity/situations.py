"""The pod situations that two nodes are compared in, read from fixtures/parity/situations.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from grader.model.observation import KubeObject
from grader.sandbox.parity.state import QUESTIONS
from grader.sandbox.services import services
from grader.sandbox.settings import data_folder

NAMESPACE = "parity"
_SERVICE = "geolocation"
_UNTIL = frozenset({"event", "gone", *QUESTIONS})


@dataclass(frozen=True)
class Situation:
    """One pod, and the state of it that is compared.

    Attributes:
        name: The pod's.
        what: What is the case, in a few words.
        objects: The pod, and what it needs.
        until: What has to be so before it is looked at; see `state.reached`.
        delete: Whether the pod is deleted once it is so; then its end is waited for.
    """

    name: str
    what: str
    objects: Sequence[KubeObject]
    until: Mapping[str, Any]
    delete: bool = False


def situations_file() -> Path:
    """Where they are written."""
    return data_folder("fixtures") / "parity" / "situations.yaml"


@cache
def situations() -> tuple[Situation, ...]:
    """All of them, in the file's order.

    Raises:
        ValueError: The file has a mistake.
    """
    found = tuple(_situation(table) for table in _document()["situations"])
    if len({one.name for one in found}) < len(found):
        raise ValueError("two situations have the same name")
    return found


@cache
def shared_objects() -> tuple[KubeObject, ...]:
    """What is in the namespace before any pod."""
    return tuple(_placed(thing) for thing in _document()["shared"])


def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(situations_file().read_text("utf-8"))
    return document


def _situation(table: dict[str, Any]) -> Situation:
    name = str(table.pop("name"))
    what, until = table.pop("what"), table.pop("until")
    if not until or not set(until) <= _UNTIL:
        raise ValueError(f"{name}: until {until}, allowed: {', '.join(sorted(_UNTIL))}")
    objects = [_placed(thing) for thing in table.pop("with", ())]
    delete = bool(table.pop("delete", False))
    pod = _pod(name, table.pop("container", {}), table.pop("spec", {}))
    if table:
        raise ValueError(f"{name}: unknown keys {', '.join(table)}")
    return Situation(name, what, (*objects, pod), until, delete)


def _pod(name: str, container: Mapping[str, Any], spec: Mapping[str, Any]) -> KubeObject:
    """A pod with one container, unless its specification brings its own ones."""
    whole = {
        "terminationGracePeriodSeconds": 1,
        "enableServiceLinks": False,
        "automountServiceAccountToken": False,
        "containers": [{"name": "main", **container}],
        **spec,
    }
    for key in {"containers", "initContainers"} & whole.keys():
        whole[key] = [{**one, "image": _image(one.get("image", ""))} for one in whole[key]]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": whole}
    return _placed(pod)


def _image(name: str) -> str:
    """An image of the service by its release; any other by its full name."""
    service = services()[_SERVICE]
    release = name or service.stable
    return f"{service.repository}:{release}" if release in service.versions else name


def _placed(thing: KubeObject) -> KubeObject:
    return {**thing, "metadata": {**thing["metadata"], "namespace": NAMESPACE}}
