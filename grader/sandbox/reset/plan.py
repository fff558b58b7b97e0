"""What has to be done to a cluster so that its objects are again as they were: a pure function of two looks.

It is stricter than what work is judged by. An object of a release that somebody wrote to, or made anew, is made
again, as Helm would see the difference; so is a pod that is not the very same, as it may have read what is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from grader.model.observation import KubeObject
from grader.sandbox.reset.objects import (
    POD,
    SYSTEM,
    Key,
    Objects,
    considered,
    controller_of,
    is_alike,
    is_ending,
    is_same_pod,
    is_untouched,
    metadata_of,
    owners_of,
    uid_of,
    writings,
)

_NAMESPACE = "v1/Namespace"
_DEPLOYMENT = "apps/v1/Deployment"
_MIRROR = "kubernetes.io/config.mirror"
# Addresses that the cluster keeps by itself; in another's hand they send requests elsewhere.
_ADDRESSES = {"EndpointSlice", "Endpoints", "Lease"}
_CLUSTER_WRITES = {"kube-controller-manager", "kube-apiserver", "kubelet", "kube-scheduler"}
_SYSTEM_SPACES = {SYSTEM, "kube-node-lease", "kube-public"}
# They act on every request: bindings before what they bind.
_REACHING = (
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
    "MutatingAdmissionPolicyBinding",
    "ValidatingAdmissionPolicyBinding",
    "MutatingAdmissionPolicy",
    "ValidatingAdmissionPolicy",
    "APIService",
)
_FIRST = (
    "Namespace",
    "CustomResourceDefinition",
    "ServiceAccount",
    "ClusterRole",
    "Role",
    "ClusterRoleBinding",
    "RoleBinding",
    "ConfigMap",
    "Secret",
)


@dataclass(frozen=True)
class Plan:
    """The steps, in the order in which they are made.

    Attributes:
        reaching: Objects that act on requests, and go first, in this order.
        remove: Objects that go.
        pods: Pods that end at once, after what would make them again is gone.
        spaces: Names of namespaces that go, and have to be gone before anything is made.
        replace: Objects that are there and get this content back.
        create: Objects that come back as they were, in this order.
        install: Objects of Helm releases that come back as Helm made them.
    """

    reaching: tuple[KubeObject, ...] = ()
    remove: tuple[KubeObject, ...] = ()
    pods: tuple[KubeObject, ...] = ()
    spaces: tuple[str, ...] = ()
    replace: tuple[KubeObject, ...] = ()
    create: tuple[KubeObject, ...] = ()
    install: tuple[Key, ...] = ()

    @property
    def summary(self) -> str:
        """How much it is, in words."""
        away = len(self.reaching) + len(self.remove)
        back = len(self.replace) + len(self.create) + len(self.install)
        return f"{away} objects and {len(self.pods)} pods go, {back} objects come back"

    @property
    def restarts(self) -> int:
        """How many pods have to come up again, at least."""
        return max(len(self.pods), sum(kind == _DEPLOYMENT for kind, _, _ in self.install))


def plan(
    origin: Objects,
    live: Objects,
    releases: Iterable[Key],
    *,
    suspect: AbstractSet[str] = frozenset(),
) -> Plan:
    """The steps from what is to what was.

    Args:
        origin: Every object while all was well.
        live: Every object now.
        releases: Keys of all that Helm releases are made of, with their records.
        suspect: Uids of pods that are to end although nothing is to be seen of it in their objects.
    """
    return _Planning(origin, live, frozenset(releases), suspect).plan()


@dataclass
class _Planning:
    origin: Objects
    live: Objects
    releases: frozenset[Key]
    suspect: AbstractSet[str]
    was: dict[Key, KubeObject] = field(init=False)
    now: dict[Key, KubeObject] = field(init=False)
    keys: dict[str, Key] = field(init=False)

    def __post_init__(self) -> None:
        self.was = dict(considered(self.origin))
        self.now = dict(considered(self.live))
        self.keys = {uid_of(o): k for objects in (self.was, self.now) for k, o in objects.items()}

    def plan(self) -> Plan:
        ending = [o for o in self.now.values() if is_ending(o)]
        ending_spaces = {k[2] for k, o in self.now.items() if k[0] == _NAMESPACE and is_ending(o)}
        there = {
            k: o for k, o in self.now.items() if not is_ending(o) and k[1] not in ending_spaces
        }
        added = there.keys() - self.was.keys()
        gone = set(self.was.keys() - there.keys())
        changed = {k for k in there.keys() & self.was.keys() if not self._stayed(k)}
        for key in sorted(added | gone | changed):
            controller = self._controller(key)
            if controller is None:
                continue
            # It is made again by its controller, once that is made again itself.
            gone.discard(key)
            changed.discard(key)
            if controller in there and controller in self.was:
                changed.add(controller)
        anew = changed & self.releases
        removed = self._with_all_below(
            [self.now[k] for k in sorted(added | anew)]
            + ending
            + list(_strange_addresses(self.live, self.origin))
        )
        back = gone | anew
        return Plan(
            reaching=tuple(
                sorted(
                    (o for o in removed if o["kind"] in _REACHING),
                    key=lambda o: _REACHING.index(o["kind"]),
                )
            ),
            remove=tuple(o for o in removed if o["kind"] not in {"Pod", *_REACHING}),
            pods=tuple(self._pods({uid_of(o) for o in removed})),
            spaces=tuple(sorted({k[2] for k in added if k[0] == _NAMESPACE} | ending_spaces)),
            replace=tuple(self.was[k] for k in sorted(changed - anew)),
            create=tuple(sorted((self.was[k] for k in back - self.releases), key=_making_order)),
            install=tuple(sorted(back & self.releases)),
        )

    def _stayed(self, key: Key) -> bool:
        """Whether an object is as it was; what controllers or Helm look after has to be the very same."""
        old, new = self.was[key], self.now[key]
        if key in self.releases:
            return is_untouched(old, new)
        if controller_of(old) is not None and uid_of(old) != uid_of(new):
            return False
        return is_alike(old, new)

    def _controller(self, key: Key) -> Key | None:
        """The outermost controller of an object; None where it has none."""
        owner = controller_of(self.was.get(key) or self.now.get(key))
        above = self.keys.get(str(owner.get("uid"))) if owner else None
        if above is None or above == key:
            return None
        return self._controller(above) or above

    def _with_all_below(self, removed: Sequence[KubeObject]) -> list[KubeObject]:
        """The objects and all that have one of them for an owner, or one that is gone, each once."""
        found = {uid_of(o): o for o in removed}
        others = [o for objects in self.live.values() for o in objects if owners_of(o)]
        alive = {uid_of(o) for objects in self.live.values() for o in objects}
        for one in others:
            controller = controller_of(one)
            if controller is not None and controller.get("uid") not in alive:
                found[uid_of(one)] = one
        while True:
            more = {
                uid_of(o): o
                for o in others
                if uid_of(o) not in found and any(r.get("uid") in found for r in owners_of(o))
            }
            if not more:
                return list(found.values())
            found |= more

    def _pods(self, removed: AbstractSet[str]) -> Iterator[KubeObject]:
        """The pods that are not as they were, or whose controller goes."""
        before = {uid_of(pod): pod for pod in self.origin.get(POD, ())}
        for pod in self.live.get(POD, ()):
            if _MIRROR in (metadata_of(pod).get("annotations") or {}):
                continue
            uid = uid_of(pod)
            if uid in removed or uid in self.suspect or not is_same_pod(before.get(uid), pod):
                yield pod


def _strange_addresses(live: Objects, origin: Objects) -> Iterator[KubeObject]:
    """Addresses and leases that somebody else than the cluster wrote; the cluster makes its own again."""
    before = {uid_of(o): o for objects in origin.values() for o in objects}
    for full_kind, found in live.items():
        for one in found if full_kind.rpartition("/")[2] in _ADDRESSES else ():
            old = before.get(uid_of(one))
            if metadata_of(one).get("namespace") in _SYSTEM_SPACES:
                continue
            writers = {writer for writer, _, _ in writings(one)}
            if not writers <= _CLUSTER_WRITES and (old is None or writings(old) != writings(one)):
                yield one


def _making_order(found: KubeObject) -> tuple[int, str, str]:
    kind = found["kind"]
    if kind in _REACHING:
        # What acts on requests comes last, and a binding after what it binds.
        rank = len(_FIRST) + len(_REACHING) - _REACHING.index(kind)
    else:
        rank = _FIRST.index(kind) if kind in _FIRST else len(_FIRST)
    metadata = metadata_of(found)
    return rank, str(metadata.get("namespace", "")), str(metadata.get("name", ""))
