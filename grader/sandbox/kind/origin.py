"""Looks at a kind sandbox for a reset, and keeps what it was like."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from grader.sandbox.api import KubeApi
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind.data_files import list_data, pack_data
from grader.sandbox.kind.node_processes import node_processes
from grader.sandbox.process import Commands
from grader.sandbox.reset.origin import DATA, Origin, save_origin


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
    (folder / DATA).write_bytes(archive)
    save_origin(look(engine, node, api, commands), folder)
