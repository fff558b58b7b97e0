"""What a sandbox was like when its services had become healthy: what a reset goes back to."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from grader.model.observation import KubeObject
from grader.sandbox.api import KubeApi
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind.data_files import Listing, list_data, pack_data
from grader.sandbox.kind.node_processes import Processes, node_processes
from grader.sandbox.process import Commands

_FILE = "origin.json.gz"
_DATA = "origin-data.tar"


@dataclass(frozen=True)
class Origin:
    """One look at all that a candidate can change outside the workstation.

    Attributes:
        taken_at: RFC 3339, UTC.
        objects: Every object by "apiVersion/kind", Secrets with their values: for our own eyes only.
        processes: What ran in each container of the node.
        data: The services' data; empty where nobody asked for it.
    """

    taken_at: str
    objects: Mapping[str, Sequence[KubeObject]]
    processes: Processes
    data: Listing


def look(
    engine: Engine, node: str, api: KubeApi, commands: Commands, *, data: bool = True
) -> Origin:
    """Look at a sandbox now; at its services' data only where that is wanted, as it is a program run in the node."""
    taken_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with ThreadPoolExecutor(2, thread_name_prefix="look") as pool:
        processes = pool.submit(node_processes, engine, node, commands)
        listing = pool.submit(list_data, engine, node, commands) if data else None
        objects = api.objects()
        return Origin(taken_at, objects, processes.result(), listing.result() if listing else {})


def keep_origin(engine: Engine, node: str, api: KubeApi, folder: Path, commands: Commands) -> None:
    """Look at a sandbox whose services are healthy, and keep that and a copy of their data in its folder."""
    archive = pack_data(engine, node, commands)
    (folder / _DATA).write_bytes(archive)
    save_origin(look(engine, node, api, commands), folder)


def save_origin(origin: Origin, folder: Path) -> None:
    """Write a look into a sandbox's folder, whole or not at all."""
    partial = folder / f"{_FILE}.partial"
    partial.write_bytes(gzip.compress(json.dumps(asdict(origin)).encode(), compresslevel=1))
    partial.replace(folder / _FILE)


def load_origin(folder: Path) -> tuple[Origin, bytes] | None:
    """What was kept, and the data as an archive; None where nothing was."""
    try:
        document = json.loads(gzip.decompress((folder / _FILE).read_bytes()))
        return Origin(**document), (folder / _DATA).read_bytes()
    except FileNotFoundError:
        return None
