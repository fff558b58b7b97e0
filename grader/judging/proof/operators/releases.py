"""Helm's releases: a history that is not there, or not what it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from grader.checks.helm_storage import UnreadableRelease, decode_release, encode_release
from grader.judging.proof.difference import Key, Subject
from grader.judging.proof.mutant import About, Edit, Mutant, gone
from grader.judging.proof.operators.undone import is_release
from grader.model.studio import NAMESPACE


def releases(subject: Subject) -> Iterator[Mutant]:
    """Damage to each release of which every right answer left a new or changed record."""
    for (namespace, name), keys in _releases(subject, 0).items():
        everywhere = [
            _releases(subject, n).get((namespace, name)) for n in range(len(subject.solved))
        ]
        if not all(everywhere) or all(_is_as_found(subject, key) for key in keys):
            continue
        title = f"release {name}" if namespace == NAMESPACE else f"release {namespace}/{name}"
        yield Mutant(
            f"{title} without its records", About.OBJECT, tuple(Edit(k, gone) for k in keys)
        )
        latest = keys[-1]
        if len(keys) > 1:
            yield Mutant(f"{title} without its latest record", About.OBJECT, (Edit(latest, gone),))
        yield Mutant(f"{title} failed", About.OBJECT, (Edit(latest, _failed),))


def _releases(subject: Subject, answer: int) -> dict[tuple[str, str], list[Key]]:
    """The records of each release by namespace and name, the oldest first."""
    found: dict[tuple[str, str], list[tuple[int, Key]]] = defaultdict(list)
    for key, secret in subject.solved[answer].items():
        if is_release(secret):
            name, _, revision = key[2].split(".", 4)[-1].rpartition(".v")
            if revision.isdigit():
                found[key[1], name].append((int(revision), key))
    return {place: [key for _, key in sorted(keys)] for place, keys in found.items()}


def _is_as_found(subject: Subject, key: Key) -> bool:
    return key in subject.found and subject.found[key] == subject.solved[0][key]


def _failed(found: dict[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    try:
        release = dict(decode_release(str(found["data"]["release"])))
    except (UnreadableRelease, KeyError):
        return found
    release["info"] = {**(release.get("info") or {}), "status": "failed"}
    found["data"]["release"] = encode_release(release)
    found["metadata"].setdefault("labels", {})["status"] = "failed"
    return found
