"""The right answers' own steps, left out one by one: what they made, changed and took away."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from grader.checks.helm_storage import SECRET_TYPE
from grader.judging.proof.difference import Key, Path, Subject, kind_of, value_at
from grader.judging.proof.mutant import Change, Mutant, gone, mutant, put, without_identity
from grader.model.observation import KubeObject

_LABELLED_KINDS = {"Namespace", "Node"}
"""Kinds whose labels others act upon."""


def undone(subject: Subject) -> Iterator[Mutant]:
    """Each step of the right answers not taken."""
    for key in subject.created:
        if not is_release(subject.solved[0][key]):
            yield mutant(key, "deleted", gone)
    for key, paths in subject.changed.items():
        old = subject.found[key]
        if is_release(old):
            continue
        yield mutant(key, "as it was found", _restored(old))
        demanded = [path for path in paths if _is_demanded(key, path, paths)]
        if len(paths) > 1:
            for path in demanded:
                what = f"{words(path)} as it was found"
                yield mutant(key, what, put(path, value_at(old, path)))
    for key in subject.removed:
        if not is_release(subject.found[key]):
            yield mutant(key, "back again", _restored(subject.found[key]))


def words(path: Path) -> str:
    """A place in an object in words: spec.template.spec.containers.0.image."""
    return ".".join(str(part) for part in path)


def is_release(found: KubeObject) -> bool:
    """Whether an object is a revision of a Helm release."""
    return found.get("type") == SECRET_TYPE


def _restored(old: KubeObject) -> Change:
    def change(_found: object) -> dict[str, object]:
        return (
            copy.deepcopy(dict(old))
            if _found is None
            else {**without_identity(old), **_own(_found)}
        )

    return change


def _own(found: object) -> dict[str, object]:
    """What stays of the object that is there: its status, which only controllers write."""
    return {"status": found["status"]} if isinstance(found, dict) and "status" in found else {}


def _is_demanded(key: Key, path: Path, paths: tuple[Path, ...]) -> bool:
    """Labels and annotations are how tools keep their books; unless nothing else was changed."""
    if "labels" in path or "annotations" in path:
        others = [p for p in paths if "labels" not in p and "annotations" not in p]
        return kind_of(key) in _LABELLED_KINDS or not others
    return True
