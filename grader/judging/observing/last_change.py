"""When an object was last changed by somebody's hand, and where in it; from the server's own notes.

The API server notes in `managedFields` who wrote which field and when. A record keeps of it what tells
something: the writings after the object was made. That costs a few bytes instead of half the object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

KEY = "lastWritten"
"""Where in an observed object's metadata they are kept."""

ANY_KEY = "lastChanged"
"""Where in an observed object's metadata the time of its last change by anybody is kept."""

# What controllers write says when the cluster reacted, not when somebody acted.
_CONTROLLERS = frozenset({"kube-controller-manager", "kube-scheduler", "kubelet"})
# Of the subresources only this one is written by hand; the status is the cluster's answer.
_BY_HAND = (None, "", "scale")
_DEPTH = 2
_PATHS_AT_MOST = 12


def writings(metadata: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The writings after the object was made, oldest first: `at` (RFC 3339), `by`, `paths`.

    Args:
        metadata: As the API server has it, with managedFields.
    """
    made = str(metadata.get("creationTimestamp") or "")
    found = [
        {
            "at": str(entry["time"]),
            "by": str(entry.get("manager", "")),
            "paths": sorted(set(_paths(entry.get("fieldsV1") or {}, ())))[:_PATHS_AT_MOST],
        }
        for entry in metadata.get("managedFields") or ()
        if entry.get("subresource") in _BY_HAND
        and entry.get("manager") not in _CONTROLLERS
        and str(entry.get("time") or "") > made
    ]
    return sorted(found, key=lambda entry: str(entry["at"]))


def changed_by_anybody(metadata: Mapping[str, Any]) -> str:
    """When anything of an object was last changed, its status too, RFC 3339; "" where only its making is noted.

    Args:
        metadata: As the API server has it, with managedFields.
    """
    made = str(metadata.get("creationTimestamp") or "")
    last = max((str(e.get("time") or "") for e in metadata.get("managedFields") or ()), default="")
    return last if last > made else ""


def last_changed(metadata: Mapping[str, Any]) -> str:
    """When anything of an observed object was last changed, RFC 3339; at the latest when it was made."""
    return str(metadata.get(ANY_KEY) or metadata.get("creationTimestamp") or "")


def last_written(metadata: Mapping[str, Any], path: str = "") -> str:
    """When a place in an observed object was last written, RFC 3339; at the latest when it was made.

    Args:
        metadata: As an observation has it, with `KEY`.
        path: The place, such as "spec.replicas"; "" for any.
    """
    for entry in reversed(metadata.get(KEY) or ()):
        if not path or any(meets(path, written) for written in entry["paths"]):
            return str(entry["at"])
    return str(metadata.get("creationTimestamp") or "")


def meets(path: str, written: str) -> bool:
    """Whether a place is the written one, or one of them lies in the other."""
    short, long = sorted((path, written), key=len)
    return long == short or long.startswith((f"{short}.", f"{short}["))


def _paths(fields: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    """The first parts of the places that were written, such as "spec.replicas"."""
    for key, inner in fields.items():
        if not key.startswith("f:"):
            continue
        path = (*above, key.removeprefix("f:"))
        if isinstance(inner, Mapping) and inner and len(path) < _DEPTH:
            yield from _paths(inner, path)
        else:
            yield ".".join(path)
