"""Reads all objects of a cluster, of the kinds that nobody wrote to since the last time from memory.

A look at a sandbox asks for sixty kinds, and while it is waited for that something settles, two of them change. The
store says in one answer what was written since; what it can't vouch for is read each time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from grader.model.observation import KubeObject
from grader.sandbox.api import KubeApi, require_readable
from grader.sandbox.discovery import Listable
from grader.sandbox.embedded.store import PREFIX

Objects = dict[str, list[KubeObject]]

# Where Kubernetes keeps what it does not keep under the plural's own name.
_ELSEWHERE = {
    "v1/ReplicationController": "controllers",
    "v1/Endpoints": "services/endpoints",
    "v1/Node": "minions",
    "v1/Service": "services/specs",
    "networking.k8s.io/v1/Ingress": "ingress",
}
# What the API server keeps beside objects: addresses that are given away, its own presence.
_NO_OBJECTS = frozenset({"masterleases", "ranges", "peerserverleases"})
_SERVERS = "apiregistration.k8s.io/v1/APIService"
# They say which kinds there are, and who answers for them.
_RULING = frozenset({_SERVERS, "apiextensions.k8s.io/v1/CustomResourceDefinition"})
# Groups that are kept below their own name, as those of custom resources are.
_BY_GROUP = frozenset({"apiregistration.k8s.io", "apiextensions.k8s.io"})


@dataclass
class KnownObjects:
    """What was read of one running control plane; of another one, nothing of it is true.

    Args:
        api: The cluster, by the grader's credential.
        revisions: The store's keys with their revisions; None where it can't be asked.
    """

    api: KubeApi
    revisions: Callable[[], Mapping[str, int] | None]
    _kinds: dict[str, Listable] = field(default_factory=dict)
    _places: dict[str, str] = field(default_factory=dict)
    _lists: Objects = field(default_factory=dict)
    _seen: Mapping[str, int] = field(default_factory=dict)
    _vouched: set[str] = field(default_factory=set)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def read(self) -> Objects:
        """Every object of every kind that can be listed, by "apiVersion/kind", as it is now.

        Raises:
            GraderError: sandbox-broken where a kind can't be read, or there are too many objects.
        """
        with self._one_at_a_time:
            # Before anything is read: what is written meanwhile is read again the next time.
            now = self.revisions()
            again = None if now is None else self._written(now)
            if again is None:
                self._kinds = {f"{kind.version}/{kind.kind}": kind for kind in self.api.kinds()}
                self._places = {_place(kind): name for name, kind in self._kinds.items()}
                self._lists, again = {}, set(self._kinds)
            # Should it not be read to its end, nothing is known.
            self._seen, self._vouched = {}, self._vouched - again
            self._lists |= self.api.objects([self._kinds[name] for name in again])
            require_readable(self._lists)
            if now is not None:
                self._seen = now
                self._vouched |= set(self._same_as_kept(again, now))
            return {name: list(self._lists[name]) for name in self._kinds}

    def unvouched(self) -> frozenset[str]:
        """The kinds that are read each time, by "apiVersion/kind"."""
        return frozenset(self._kinds.keys() - self._vouched)

    def _written(self, now: Mapping[str, int]) -> set[str] | None:
        """The kinds to be read again; None for all, and which there are."""
        if not self._seen:
            return None
        found = set(self.unvouched())
        for key, _ in self._seen.items() ^ now.items():
            place = self._place_of(key)
            name = self._places.get(place)
            if name in _RULING or (name is None and place not in _NO_OBJECTS):
                return None
            if name is not None:
                found.add(name)
        return found

    def _same_as_kept(self, names: Iterable[str], now: Mapping[str, int]) -> Iterator[str]:
        """The kinds of which the store has the very objects that were read: what is written to them shows there."""
        kept: dict[str, set[str]] = {name: set() for name in self._kinds}
        for key in now:
            name = self._places.get(self._place_of(key))
            if name is not None:
                kept[name].add(key)
        elsewhere = {_group_and_version(o) for o in self._lists.get(_SERVERS, ()) if _is_proxied(o)}
        for name in names:
            kind = self._kinds[name]
            keys = {_key(_place(kind), found) for found in self._lists[name]}
            if keys == kept[name] and kind.version not in elsewhere:
                yield name

    def _place_of(self, key: str) -> str:
        """Where a key lies: its first two parts where these are a kind's place, else its first."""
        first, _, rest = key.removeprefix(PREFIX).partition("/")
        both = f"{first}/{rest.partition('/')[0]}"
        return both if both in self._places else first


def _place(kind: Listable) -> str:
    """Where the store is likely to keep a kind; whether it does shows by the keys of what was read."""
    name, group = f"{kind.version}/{kind.kind}", kind.version.rpartition("/")[0]
    plural = kind.path.rpartition("/")[2]
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    is_built_in = "." not in group or group.endswith(".k8s.io")
    return plural if is_built_in and group not in _BY_GROUP else f"{group}/{plural}"


def _key(place: str, found: KubeObject) -> str:
    metadata = found["metadata"]
    parts = (place, metadata.get("namespace", ""), metadata["name"])
    return PREFIX + "/".join(part for part in parts if part)


def _is_proxied(server: KubeObject) -> bool:
    """Whether a group is answered for by somebody else, whose objects the store does not have."""
    return bool((server.get("spec") or {}).get("service"))


def _group_and_version(server: KubeObject) -> str:
    spec = server["spec"]
    return "/".join(part for part in (spec.get("group", ""), spec["version"]) if part)
