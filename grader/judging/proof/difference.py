"""What a right answer made of the sandbox: the objects that a scenario is about.

Only where all right answers leave the same is it taken for demanded: what they differ in is the
candidate's own choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.checks.helm_storage import SECRET_TYPE
from grader.checks.volatile import is_living, lasting
from grader.model.observation import KubeObject, Observation
from grader.model.studio import NAMESPACE

Key = tuple[str, str, str]
"""An object's "apiVersion/kind", namespace and name."""
Path = tuple[str | int, ...]
"""A place in an object."""

Objects = Mapping[Key, KubeObject]


@dataclass(frozen=True)
class Solved:
    """A sandbox before and after a right answer."""

    found: Observation
    solved: Observation


@dataclass(frozen=True)
class Subject:
    """The objects that a scenario is about.

    Attributes:
        found: All lasting objects as the candidate finds them, in the first sandbox.
        solved: All lasting objects after each right answer; the first is the one to be damaged.
        created: Those that every right answer made.
        changed: Those that every right answer changed, with the places where all of them did.
        removed: Those that every right answer took away.
    """

    found: Objects
    solved: tuple[Objects, ...]
    created: tuple[Key, ...]
    changed: Mapping[Key, tuple[Path, ...]]
    removed: tuple[Key, ...]

    @property
    def there(self) -> Objects:
        """The objects made or changed, as the first right answer left them."""
        keys = sorted({*self.created, *self.changed})
        return {key: self.solved[0][key] for key in keys}

    def agreed(self, key: Key, path: Path = ()) -> bool:
        """Whether all right answers left the same at a place of an object."""
        values = [value_at(objects.get(key), path) for objects in self.solved]
        return all(value == values[0] for value in values[1:])

    def touched(self, key: Key, path: Path) -> bool:
        """Whether the right answers made this place, or changed it or something inside or around it."""
        if key in self.created:
            return True
        return any(
            changed[: len(path)] == path or path[: len(changed)] == changed
            for changed in self.changed.get(key, ())
        )


def subject(answers: Sequence[Solved]) -> Subject:
    """Compare each sandbox as it was found with what a right answer left there.

    Args:
        answers: At least one. Each is compared with its own beginning: hashes and addresses of two
            sandboxes say nothing about each other.
    """
    before = [lasting_objects(answer.found) for answer in answers]
    after = [lasting_objects(answer.solved) for answer in answers]
    made = [new.keys() - old.keys() for old, new in zip(before, after, strict=True)]
    lost = [old.keys() - new.keys() for old, new in zip(before, after, strict=True)]
    changed = [_changed(old, new) for old, new in zip(before, after, strict=True)]
    everywhere = {
        key: set.intersection(*(set(one.get(key, ())) for one in changed)) for key in changed[0]
    }
    return Subject(
        found=before[0],
        solved=tuple(after),
        created=tuple(sorted(set.intersection(*map(set, made)))),
        changed={key: tuple(sorted(p, key=str)) for key, p in everywhere.items() if p},
        removed=tuple(sorted(set.intersection(*map(set, lost)))),
    )


def differences(one: Observation, other: Observation) -> list[str]:
    """What two healthy sandboxes with the same services do not have in common, in words."""
    old, new = lasting_objects(one), lasting_objects(other)
    changed = _changed(old, new)
    return [
        *(f"{named(key)} is missing" for key in sorted(old.keys() - new.keys())),
        *(f"{named(key)} is there" for key in sorted(new.keys() - old.keys())),
        # When a release was made is written inside its record.
        *(
            f"{named(k)} differs"
            for k, paths in changed.items()
            if paths and not _is_record(old[k])
        ),
    ]


def _is_record(found: KubeObject) -> bool:
    return found.get("type") == SECRET_TYPE


def lasting_objects(observation: Observation) -> Objects:
    """Objects by key, without those that the cluster itself makes and those on their way out."""
    return {
        (full_kind, *place_of(found)): found
        for full_kind, objects in observation.objects.items()
        for found in objects
        if not is_living(full_kind.rpartition("/")[2], found)
        and not (found.get("metadata") or {}).get("deletionTimestamp")
    }


def place_of(found: KubeObject) -> tuple[str, str]:
    """An object's namespace and name."""
    metadata = found.get("metadata") or {}
    return str(metadata.get("namespace", "")), str(metadata.get("name", ""))


def key_of(full_kind: str, found: KubeObject) -> Key:
    """An object's key."""
    return (full_kind, *place_of(found))


def kind_of(key: Key) -> str:
    """An object's kind without its group and version."""
    return key[0].rpartition("/")[2]


def named(key: Key) -> str:
    """An object in words: "Service/routing", or "ConfigMap/kube-system/coredns" outside the studio."""
    _, namespace, name = key
    place = f"{namespace}/{name}" if namespace and namespace != NAMESPACE else name
    return f"{kind_of(key)}/{place}"


def value_at(found: Any, path: Path) -> Any:
    """A value deep inside; None where there is none."""
    for part in path:
        if isinstance(part, int):
            found = found[part] if isinstance(found, list) and len(found) > part else None
        else:
            found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _changed(old: Objects, new: Objects) -> dict[Key, list[Path]]:
    """The places in which the lasting parts of objects differ."""
    return {
        key: list(
            _differences(lasting(kind_of(key), old[key]), lasting(kind_of(key), new[key]), ())
        )
        for key in sorted(old.keys() & new.keys())
        if old[key] != new[key]
    }


def _differences(old: Any, new: Any, path: Path) -> Iterator[Path]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}, key=str):
            yield from _differences(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(one, other, (*path, number))
    elif old != new and not (_is_empty(old) and _is_empty(new)):
        yield path


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | Mapping) and not value)
