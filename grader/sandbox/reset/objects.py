"""What is asked of two looks at the same object: whether it lasted, and whether it is the very same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from grader.checks.helm_storage import SECRET_TYPE, UnreadableRelease, decode_release
from grader.checks.volatile import lasting, lives_alone
from grader.model.observation import KubeObject

Key = tuple[str, str, str]
"""An object's "apiVersion/kind", namespace and name."""
Objects = Mapping[str, Sequence[KubeObject]]
"""Every object by "apiVersion/kind"."""

POD = "v1/Pod"
SYSTEM = "kube-system"
_TIMES = ("first_deployed", "last_deployed")


def considered(objects: Objects) -> Iterator[tuple[Key, KubeObject]]:
    """All but pods, and but what the cluster itself writes all the time."""
    for full_kind, found in objects.items():
        kind = full_kind.rpartition("/")[2]
        for one in found:
            if full_kind != POD and not lives_alone(kind, one):
                yield key_of(full_kind, one), one


def key_of(full_kind: str, found: KubeObject) -> Key:
    """An object's key."""
    metadata = metadata_of(found)
    return full_kind, str(metadata.get("namespace", "")), str(metadata.get("name", ""))


def named(key: Key) -> str:
    """An object in words: "Deployment/pivori-production/audio"."""
    return "/".join(part for part in (key[0].rpartition("/")[2], key[1], key[2]) if part)


def metadata_of(found: KubeObject | None) -> Mapping[str, Any]:
    """An object's metadata; empty where there is none."""
    return (found or {}).get("metadata") or {}


def uid_of(found: KubeObject) -> str:
    """What tells an object from another one of the same name."""
    return str(metadata_of(found).get("uid", ""))


def owners_of(found: KubeObject | None) -> Sequence[Mapping[str, Any]]:
    """Whose object it is."""
    return metadata_of(found).get("ownerReferences") or ()


def controller_of(found: KubeObject | None) -> Mapping[str, Any] | None:
    """The one owner that made it and keeps it; None where there is none."""
    return next((owner for owner in owners_of(found) if owner.get("controller")), None)


def crowd(pods: Iterable[KubeObject]) -> Counter[str]:
    """How many pods each controller has, by namespace and name; one without counts by its own name.

    Those of the control plane are left out: the kubelet makes them from its own files when it comes to it, which may
    be after the services are healthy, and nobody else can.
    """
    counted: Counter[str] = Counter()
    for pod in pods:
        space = metadata_of(pod).get("namespace", "")
        controller = controller_of(pod) or metadata_of(pod)
        if not (space == SYSTEM and controller.get("kind") == "Node"):
            counted[f"{space}/{controller.get('name')}"] += 1
    return counted


def is_ending(found: KubeObject) -> bool:
    """Whether it is being deleted."""
    return bool(metadata_of(found).get("deletionTimestamp"))


def is_alike(old: KubeObject, new: KubeObject) -> bool:
    """Whether all that lasts of an object is as it was, and what keeps it from going too."""
    return _bonds(old) == _bonds(new) and _content(old) == _content(new)


def is_untouched(old: KubeObject, new: KubeObject) -> bool:
    """Whether nobody has written to an object since, not even what was taken back again."""
    return _identity(old) == _identity(new) and is_alike(old, new)


def is_same_pod(old: KubeObject | None, new: KubeObject) -> bool:
    """Whether a pod is the very same, with the same containers, which serve as they did."""
    if metadata_of(new).get("namespace") == SYSTEM:
        # A pod of the system's that restarts is its own affair, as long as it is there.
        return old is not None
    return (
        old is not None
        and not is_ending(new)
        and old.get("spec") == new.get("spec")
        and _bonds(old) == _bonds(new)
        and _marks(old) == _marks(new)
        and _containers(old) == _containers(new)
    )


def writings(found: KubeObject) -> list[tuple[str, str, str]]:
    """Who owns which fields, without the status, which controllers write."""
    return sorted(
        (str(entry.get("manager")), str(entry.get("operation")), str(entry.get("fieldsV1")))
        for entry in metadata_of(found).get("managedFields") or ()
        if not entry.get("subresource")
    )


def _identity(found: KubeObject) -> tuple[Any, ...]:
    return uid_of(found), metadata_of(found).get("generation"), writings(found)


def _bonds(found: KubeObject) -> tuple[Any, ...]:
    finalizers = sorted(metadata_of(found).get("finalizers") or ())
    return finalizers, [(owner.get("kind"), owner.get("name")) for owner in owners_of(found)]


def _marks(found: KubeObject) -> tuple[Any, ...]:
    metadata = metadata_of(found)
    return metadata.get("labels") or {}, metadata.get("annotations") or {}


def _containers(pod: KubeObject) -> list[tuple[Any, ...]]:
    status = pod.get("status") or {}
    return [
        (one.get("name"), one.get("containerID"), one.get("restartCount"), one.get("ready"))
        for kind in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
        for one in status.get(kind) or ()
    ]


def _content(found: KubeObject) -> object:
    """What lasts; of a release's record without the times of its making."""
    kept = lasting(found["kind"], found)
    if found.get("type") != SECRET_TYPE:
        return kept
    try:
        release = decode_release(str((found.get("data") or {}).get("release", "")))
    except UnreadableRelease:
        return kept
    info = {k: v for k, v in (release.get("info") or {}).items() if k not in _TIMES}
    return {**kept, "data": {**release, "info": info}}
