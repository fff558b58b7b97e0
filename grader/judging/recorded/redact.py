"""Takes out of the cluster's objects what must not be recorded, before anything is judged.

Checks see the very same data live and in recorded evidence; so a verdict can't differ.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from grader.checks.helm_storage import (
    SECRET_TYPE,
    UnreadableRelease,
    decode_release,
    encode_release,
)
from grader.checks.redaction import is_redacted, redacted
from grader.judging.authoring.manifest import manifest_objects
from grader.judging.observing.last_change import ANY_KEY, KEY, changed_by_anybody, writings
from grader.model.observation import KubeObject

SECRET = "v1/Secret"  # noqa: S105 - a kind
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


class Redaction:
    """Of look after look at one sandbox, each object once.

    Between two looks at something that settles hardly any object changes, and who keeps them hands out the very same.
    """

    def __init__(self) -> None:
        self._salt = ""
        self._done: Mapping[int, tuple[KubeObject, KubeObject]] = {}

    def without_secrets(
        self, objects: Mapping[str, Sequence[KubeObject]]
    ) -> Mapping[str, Sequence[KubeObject]]:
        """The objects with every Secret's values hashed, and without what only bloats a record.

        A Helm release keeps what it is made of and the objects that it made, not its templates and
        rendered manifest, in which Secrets stand in plain text.
        """
        salt = _salt(objects)
        before, done = self._done if salt == self._salt else {}, {}
        for kind, found in objects.items():
            for one in found:
                # By identity: both are kept, so that no other object can have its number.
                done[id(one)] = before.get(id(one)) or (one, _redacted(kind, one, salt))
        self._salt, self._done = salt, done
        return {kind: [done[id(one)][1] for one in found] for kind, found in objects.items()}


def _redacted(kind: str, found: KubeObject, salt: str) -> KubeObject:
    plain = _plain(found)
    return _secret(plain, salt) if kind == SECRET else plain


def _salt(objects: Mapping[str, Sequence[KubeObject]]) -> str:
    """The cluster's own identity: hashes can be compared within an attempt, and only there."""
    for namespace in objects.get("v1/Namespace", ()):
        metadata = namespace.get("metadata") or {}
        if metadata.get("name") == "kube-system":
            return str(metadata.get("uid", ""))
    return ""


def _plain(found: KubeObject) -> KubeObject:
    metadata = found.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    if "managedFields" not in metadata and _LAST_APPLIED not in annotations:
        return found
    kept = {key: value for key, value in metadata.items() if key != "managedFields"}
    written = writings(metadata)
    if written:
        kept[KEY] = written
    changed = changed_by_anybody(metadata)
    if changed:
        kept[ANY_KEY] = changed
    if _LAST_APPLIED in annotations:
        kept["annotations"] = {k: v for k, v in annotations.items() if k != _LAST_APPLIED}
    return {**found, "metadata": kept}


def _secret(found: KubeObject, salt: str) -> KubeObject:
    entries: Mapping[str, Any] = found.get("data") or {}
    hidden = {key: _hidden(str(value), salt) for key, value in entries.items()}
    if found.get("type") == SECRET_TYPE and "release" in entries:
        hidden["release"] = _release(str(entries["release"]), salt) or hidden["release"]
    return {key: value for key, value in found.items() if key != "stringData"} | {"data": hidden}


def _hidden(value: str, salt: str) -> str:
    if is_redacted(value):
        return value
    try:
        return redacted(base64.b64decode(value, validate=True), salt=salt)
    except binascii.Error:
        return redacted(value.encode(), salt=salt)


@lru_cache(maxsize=512)
def _release(entry: str, salt: str) -> str:
    """A release without its templates, its manifest as objects; "" where it is not one."""
    try:
        release = decode_release(entry)
    except UnreadableRelease:
        return ""
    chart = release.get("chart")
    kept = {key: release.get(key) for key in ("name", "namespace", "version", "info", "config")}
    if isinstance(chart, Mapping):
        kept["chart"] = {key: chart.get(key) for key in ("metadata", "values")}
    if "objects" in release:
        # A recorded one, which was made plain before.
        kept["objects"] = release["objects"]
    else:
        made = manifest_objects(str(release.get("manifest") or ""))
        kept["objects"] = None if made is None else [_made(found, salt) for found in made]
    info = kept["info"]
    if isinstance(info, Mapping):
        kept["info"] = {key: value for key, value in info.items() if key != "notes"}
    return encode_release(kept)


def _made(found: KubeObject, salt: str) -> KubeObject:
    if found.get("kind") != "Secret":
        return found
    entries = found.get("data")
    hidden = dict(entries) if isinstance(entries, Mapping) else {}
    return {
        **{key: value for key, value in found.items() if key != "stringData"},
        "data": {key: _hidden(str(value), salt) for key, value in hidden.items()},
    }
