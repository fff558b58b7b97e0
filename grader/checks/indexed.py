"""The objects of an observation, found without going through all of them, which is what checks would do most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from grader.model.observation import KubeObject

Made = TypeVar("Made")


class Placed(NamedTuple):
    """An object and where it is: namespace "" outside any."""

    namespace: str
    name: str
    found: KubeObject


class IndexedObjects:
    """Objects by kind, by name and by controller; nothing of them may change.

    Args:
        objects: JSON by "apiVersion/kind", as an Observation has it.
    """

    def __init__(self, objects: Mapping[str, Sequence[KubeObject]]) -> None:
        self._objects = objects
        self._kinds: dict[str, _Kind] = {}
        self._made: dict[int, Any] = {}

    def of_kind(self, kind: str) -> Sequence[Placed]:
        """Every object of a kind, in the observation's order."""
        return self._kind(kind).every

    def named(self, kind: str, namespace: str, name: str) -> KubeObject | None:
        """An object by its exact name; None where there is none."""
        return self._kind(kind).by_name.get((namespace, name))

    def controlled(
        self, kind: str, namespace: str, controllers: Collection[str]
    ) -> Sequence[Placed]:
        """Those in a namespace that one of these objects, by uid, manages, in the observation's order."""
        by_controller = self._kind(kind).by_controller
        places = sorted(place for uid in controllers for place in by_controller.get(uid, ()))
        found = (self._kind(kind).every[place] for place in places)
        return [one for one in found if one.namespace == namespace]

    def once(self, found: KubeObject, make: Callable[[], Made]) -> Made:
        """What is made of one of these objects, always by the same maker; made but once.

        Raises:
            Exception: Whatever the maker raises, each time anew.
        """
        if id(found) not in self._made:
            self._made[id(found)] = make()
        made: Made = self._made[id(found)]
        return made

    def _kind(self, kind: str) -> _Kind:
        known = self._kinds.get(kind)
        if known is None:
            known = self._kinds[kind] = _Kind(
                tuple(Placed(*_key(found), found) for found in self._objects.get(kind, ()))
            )
        return known


@dataclass
class _Kind:
    """All objects of one kind.

    Attributes:
        by_name: The first one of each namespace and name.
        by_controller: Places in `every` by the uid of the object that manages what is there; "" where none does.
    """

    every: tuple[Placed, ...]

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], KubeObject]:
        return {(one.namespace, one.name): one.found for one in reversed(self.every)}

    @cached_property
    def by_controller(self) -> Mapping[str, Sequence[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(self.every):
            places[_controller_uid(one.found)].append(place)
        return places


def _key(found: KubeObject) -> tuple[str, str]:
    metadata = found.get("metadata") or {}
    return str(metadata.get("namespace", "")), str(metadata.get("name", ""))


def _controller_uid(found: KubeObject) -> str:
    """The uid of the object that manages this one, as `ObjectView.controller_uid` has it."""
    owners = (found.get("metadata") or {}).get("ownerReferences") or ()
    return next((str(o.get("uid", "")) for o in owners if o.get("controller")), "")
