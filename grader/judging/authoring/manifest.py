"""The objects of a Helm release's manifest, read without trusting who wrote it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import yaml

from grader.model.observation import KubeObject

SIZE_LIMIT = 1_500_000
"""Characters of a manifest; the API server stores no more in one Secret, and ours have 10,000."""
_DEPTH_LIMIT = 40


def manifest_objects(manifest: str) -> Sequence[KubeObject] | None:
    """Its documents; None where it is too long, too deep, uses aliases, or is not a manifest."""
    if len(manifest) > SIZE_LIMIT or not _is_plain(manifest):
        return None
    try:
        found = [item for item in yaml.load_all(manifest, yaml.CSafeLoader) if item is not None]
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    named = all(isinstance(o, dict) and isinstance(o.get("metadata"), dict) for o in found)
    # YAML has dates, JSON has none: here they are the text that they are to Kubernetes.
    return list(json.loads(json.dumps(found, default=str))) if named else None


def _is_plain(manifest: str) -> bool:
    depth = 0
    try:
        for event in yaml.parse(manifest, yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > _DEPTH_LIMIT:
                return False
            if getattr(event, "tag", None):
                return False
    except (yaml.YAMLError, RecursionError):
        return False
    return True
