"""The releases' seeds in the cache: each named after all that it was made from."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from grader.sandbox import charts, release_seed
from grader.sandbox.api import KubeApi
from grader.sandbox.charts import LIBRARY, charts_folder
from grader.sandbox.image import recipe
from grader.sandbox.release_seed import ReleaseSeed, secret_name, secrets_path, seeds_in
from grader.sandbox.settings import settings


def load_seeds(services: Sequence[str]) -> dict[str, ReleaseSeed] | None:
    """The seeds of all these services; None where one is missing."""
    found = {}
    for service in services:
        path = _path(service)
        if not path.exists():
            return None
        document = json.loads(path.read_text(encoding="utf-8"))
        found[service] = ReleaseSeed(**document)
    return found


def save_seeds(services: Sequence[str], api: KubeApi) -> None:
    """Read what Helm has just installed in a cluster, and keep it as seeds."""
    records = [api.get(f"{secrets_path()}/{secret_name(service)}") for service in services]
    for service, seed in (seeds_in(records, services) or {}).items():
        path = _path(service)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Several sandboxes may start at once for the first time.
        partial = path.with_suffix(f".{secrets.token_hex(4)}.partial")
        partial.write_text(json.dumps(asdict(seed)), encoding="utf-8")
        partial.replace(path)


def _path(service: str) -> Path:
    folders = [charts_folder() / service, charts_folder() / LIBRARY]
    digest = recipe.digest(folders, ["helm"], [charts, release_seed, sys.modules[__name__]])
    return settings().cache / "releases" / f"{service}-{digest}.json"
