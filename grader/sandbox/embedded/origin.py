"""Keeps what an embedded sandbox was like when its services were healthy, for those made from its seed too."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from grader.model.json_text import read_json
from grader.sandbox.api import KubeApi
from grader.sandbox.embedded.data_files import list_data, pack_data
from grader.sandbox.embedded.known_objects import Objects
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.trust import authority_in, digest_of
from grader.sandbox.reset.origin import DATA, ORIGIN, Origin, save_origin


def look(read: Callable[[], Objects], data: Path | None) -> Origin:
    """Look at a sandbox now; at its services' data where their folder is given.

    Its containers are the stubs: nobody can start another program in one.

    Args:
        read: Gives every object as it is now.
        data: The services' data.
    """
    taken_at = _moment(datetime.now(UTC))
    return Origin(taken_at, read(), None, list_data(data) if data else {})


def keep_origin(places: Places, api: KubeApi) -> None:
    """Look at a sandbox whose services are healthy, and keep that and a copy of their data."""
    (places.root / DATA).write_bytes(pack_data(places.data))
    save_origin(look(api.objects, places.data), places.root)


def load_origin(places: Places, authority: str) -> tuple[Origin, bytes] | None:
    """What was kept, and the data as an archive; None where nothing was.

    A sandbox that was made from a seed has what was kept of another one: that names the other's authority, and its
    files have other times.

    Args:
        places: The sandbox.
        authority: Its own authority's certificate, PEM.
    """
    path = places.root / ORIGIN
    try:
        text = gzip.decompress(path.read_bytes())
        archive = (places.root / DATA).read_bytes()
        laid_out = path.stat().st_mtime
    except FileNotFoundError:
        return None
    document = read_json(text)
    old = authority_in(document["objects"])
    if old and old != authority:
        text = text.replace(_in_json(old), _in_json(authority))
        text = text.replace(digest_of(old).encode(), digest_of(authority).encode())
        document = read_json(text)
    origin = Origin(**document)
    return replace(origin, taken_at=_moment(datetime.fromtimestamp(laid_out, UTC))), archive


def _in_json(text: str) -> bytes:
    return json.dumps(text)[1:-1].encode()


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
