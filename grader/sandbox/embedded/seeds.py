"""The seeds in the cache: each named after all that it was made from, whole or not taken.

A seed that was damaged, or is of no use, is thrown away, and the next start without one makes it again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from grader.sandbox import charts, release_cache, release_seed, releases
from grader.sandbox.charts import LIBRARY, charts_folder
from grader.sandbox.embedded import (
    addresses,
    catalogue,
    control_plane,
    credentials,
    data_files,
    origin,
    places,
    seed_archive,
)
from grader.sandbox.image import recipe
from grader.sandbox.settings import data_folder, settings

_TOOLS = ("kube", "etcd", "node", "helm")
_MODULES = (
    addresses,
    catalogue,
    control_plane,
    credentials,
    data_files,
    origin,
    places,
    seed_archive,
    charts,
    release_cache,
    release_seed,
    releases,
)
# Each set of services has one; those of other versions of the grader are never asked for again.
_MOST = 48
_DIGEST = 64


def seed_path(services: Sequence[str]) -> Path:
    """Where the seed of these services lies, or is to lie."""
    return settings().cache / "seeds" / f"{_key(tuple(sorted(services)))}.seed"


@cache
def _key(services: tuple[str, ...]) -> str:
    fixtures = data_folder("fixtures")
    installed = [charts_folder() / name for name in (*services, LIBRARY)]
    folders = [fixtures / "cluster", fixtures / "services", *installed]
    made_from = recipe.digest(folders, _TOOLS, [*_MODULES, sys.modules[__name__]])
    return hashlib.sha256("\n".join([made_from, *services]).encode()).hexdigest()[:16]


def load_seed(services: Sequence[str]) -> bytes | None:
    """What was kept for these services; None where nothing was, or it is not what was written."""
    path = seed_path(services)
    try:
        content = path.read_bytes()
    except OSError:
        return None
    head, kept = content[:_DIGEST], content[_DIGEST:]
    if head != _digest(kept):
        drop_seed(services)
        return None
    with suppress(OSError):
        # Those that were used last are kept longest.
        os.utime(path)
    return kept


def keep_seed(services: Sequence[str], content: bytes) -> bool:
    """Write a seed, whole or not at all; False where another grader does so now.

    Raises:
        OSError: It can't be written; then nothing is left of it.
    """
    path = seed_path(services)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _lock(path) as ours:
        if not ours:
            return False
        for half in path.parent.glob(f"{path.stem}.*.partial"):
            # Of a grader that was killed.
            half.unlink(missing_ok=True)
        partial = path.with_suffix(f".{secrets.token_hex(4)}.partial")
        try:
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(_digest(content) + content)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    _forget_oldest(path.parent)
    return True


def drop_seed(services: Sequence[str]) -> None:
    """Throw a seed away."""
    seed_path(services).unlink(missing_ok=True)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


@contextmanager
def _lock(path: Path) -> Iterator[bool]:
    """Whether this process alone writes that seed."""
    with path.with_suffix(".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _forget_oldest(folder: Path) -> None:
    found = []
    for path in folder.glob("*.seed"):
        with suppress(OSError):
            found.append((path.stat().st_mtime, path))
    for _, path in sorted(found)[:-_MOST]:
        path.unlink(missing_ok=True)
        path.with_suffix(".lock").unlink(missing_ok=True)
