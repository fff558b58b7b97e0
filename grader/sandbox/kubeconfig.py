"""Reads a kubeconfig without ever doing what it says: one from elsewhere can name a program to run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from grader.model.errors import Code, GraderError

_MOST_BYTES = 200_000
_CLUSTER = frozenset(
    {"server", "certificate-authority-data", "certificate-authority", "tls-server-name"}
)
_USER = frozenset(
    {"client-certificate-data", "client-key-data", "client-certificate", "client-key", "token"}
)


def read_kubeconfig(path: Path) -> Mapping[str, Any]:
    """A kubeconfig that holds addresses and credentials and nothing else.

    Raises:
        GraderError: sandbox-broken: it can't be read, or names a program, a provider of credentials, a
            proxy, or anything else that a client would act on.
    """
    try:
        loaded = yaml.safe_load(_text(path))
        _demand_plain(loaded, "clusters", "cluster", _CLUSTER)
        _demand_plain(loaded, "users", "user", _USER)
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        what = f"this kubeconfig is not used: {error}"
        hint = "name one that has certificates or a token in it, and nothing to run"
        raise GraderError(Code.SANDBOX_BROKEN, what, where=str(path), hint=hint) from error
    return dict(loaded)


def _text(path: Path) -> str:
    with path.open("rb") as stream:
        raw = stream.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise ValueError(f"more than {_MOST_BYTES} bytes")
    return raw.decode()


def _demand_plain(loaded: Any, entries: str, part: str, allowed: frozenset[str]) -> None:
    found = loaded.get(entries) if isinstance(loaded, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(entry, Mapping) for entry in found):
        raise ValueError(f"{entries}: not a list of mappings")
    for entry in found:
        said = entry.get(part) or {}
        if not isinstance(said, Mapping):
            raise ValueError(f"{entries}.{part}: not a mapping")  # noqa: TRY004 - wrong content
        for key in said:
            if key not in allowed:
                raise ValueError(f"{entries}.{part}.{key}, allowed: {', '.join(sorted(allowed))}")
