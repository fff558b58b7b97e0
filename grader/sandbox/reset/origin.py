"""What a sandbox was like when its services had become healthy: what a reset goes back to."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.model.json_text import read_json, write_json
from grader.model.observation import KubeObject

Processes = Mapping[str, Sequence[str]]
"""Of each container's id: its processes' numbers, sorted; one that is stopped has a "T" before it."""
Listing = Mapping[str, str]
"""Of each path below the data folder: kind, mode, owner, size, time of content and time of any change."""

ORIGIN = "origin.json.gz"
DATA = "origin-data.tar"


@dataclass(frozen=True)
class Origin:
    """One look at all that a candidate can change outside the workstation.

    Attributes:
        taken_at: RFC 3339, UTC.
        objects: Every object by "apiVersion/kind", Secrets with their values: for our own eyes only.
        processes: What ran in each container of the node; None where nobody can start anything in one.
        data: The services' data; empty where nobody asked for it.
    """

    taken_at: str
    objects: Mapping[str, Sequence[KubeObject]]
    processes: Processes | None
    data: Listing


def save_origin(origin: Origin, folder: Path) -> None:
    """Write a look into a sandbox's private folder, whole or not at all."""
    partial = folder / f"{ORIGIN}.partial"
    # Not `asdict`: it would copy every object of the cluster first.
    partial.write_bytes(gzip.compress(write_json(vars(origin)), compresslevel=1))
    partial.replace(folder / ORIGIN)


def load_origin(folder: Path) -> tuple[Origin, bytes] | None:
    """What was kept, and the data as an archive; None where nothing was."""
    try:
        document = read_json(gzip.decompress((folder / ORIGIN).read_bytes()))
        return Origin(**document), (folder / DATA).read_bytes()
    except FileNotFoundError:
        return None


def touched(before: Listing, now: Listing) -> list[str]:
    """The first part of each path that is not as it was, which is a service's id."""
    paths = {p for p in before.keys() | now.keys() if before.get(p) != now.get(p)}
    return sorted({path.partition("/")[0] for path in paths})


def lasting(data: Listing) -> Listing:
    """Data without the time of a file's last change, which comes anew with a file put back.

    Of a folder neither its size nor its times say anything.
    """
    return {
        path: " ".join(words[:3] if words[0] == "d" else words[:5])
        for path, told in data.items()
        if (words := told.split(" "))
    }
