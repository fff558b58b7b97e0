"""ConfigMaps and Secrets: a value that is another one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from grader.checks.redaction import is_redacted, redacted
from grader.judging.proof.difference import Key, Subject, kind_of, value_at
from grader.judging.proof.mutant import Change, Mutant, mutant, put
from grader.judging.proof.operators.undone import is_release
from grader.model.observation import KubeObject

_AT_MOST = 16
"""Entries of one object that are changed: a file of a thousand keys is one thing to check, not a thousand."""


def configuration(subject: Subject) -> Iterator[Mutant]:
    """Every value that was made or changed, changed to another."""
    for key, found in subject.there.items():
        if kind_of(key) == "ConfigMap":
            yield from _config_map(subject, key, found)
        elif kind_of(key) == "Secret" and not is_release(found):
            yield from _secret(subject, key, found)


def other_text(value: str) -> str:
    """Another value of the same look: a number or a switch stays one."""
    if value in {"true", "false"}:
        return "false" if value == "true" else "true"
    if value.isascii() and value.isdigit():
        return str(int(value) + 1)
    return f"{value}-other"


def _config_map(subject: Subject, key: Key, found: KubeObject) -> Iterator[Mutant]:
    data: dict[str, Any] = found.get("data") or {}
    entries = [name for name in sorted(data) if _demanded(subject, key, name)][:_AT_MOST]
    for name in entries:
        yield mutant(key, f"{name} is another", put(("data", name), other_text(str(data[name]))))
    for name in entries[:1]:
        yield mutant(key, f"without {name}", put(("data", name), None))


def _secret(subject: Subject, key: Key, found: KubeObject) -> Iterator[Mutant]:
    data: dict[str, Any] = found.get("data") or {}
    for name in sorted(data)[:_AT_MOST]:
        # Hashes of two sandboxes can't be compared: that every answer left an entry has to do.
        if subject.touched(key, ("data", name)) and all(
            value_at(objects.get(key), ("data", name)) is not None for objects in subject.solved
        ):
            yield mutant(key, f"{name} is another", _other_secret(name))


def _demanded(subject: Subject, key: Key, name: str) -> bool:
    path = ("data", name)
    return subject.touched(key, path) and subject.agreed(key, path)


def _other_secret(name: str) -> Change:
    def change(found: dict[str, Any] | None) -> dict[str, Any] | None:
        if found is not None:
            data = found.setdefault("data", {})
            data[name] = _other_entry(str(data.get(name, "")))
        return found

    return change


def _other_entry(entry: str) -> str:
    """Another value: hashed where this one is, else as the API server has it."""
    if is_redacted(entry):
        return redacted(entry.encode(), like=entry)
    try:
        value = base64.b64decode(entry, validate=True)
    except binascii.Error:
        value = b""
    return base64.b64encode(value + b"-other").decode()
