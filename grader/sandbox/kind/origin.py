"""Looks at a kind sandbox for a reset, and keeps what it was like."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from grader.model.errors import Code
from grader.sandbox.api import KubeApi
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind.data_files import listing_script, pack_data, read_listing
from grader.sandbox.kind.node_processes import PROCESSES, read_processes
from grader.sandbox.process import Commands
from grader.sandbox.reset.origin import DATA, Origin, save_origin


def look(
    engine: Engine, node: str, api: KubeApi, commands: Commands, *, data: bool = True
) -> Origin:
    """Look at a sandbox now; at its services' data only where that is wanted, as it takes the node longer."""
    taken_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # To start a program in the node takes longer than what it does.
    script = f"{PROCESSES}; printf '\\0'; {listing_script()}" if data else PROCESSES
    with ThreadPoolExecutor(1, thread_name_prefix="look") as pool:
        asked = pool.submit(engine.execute, node, "sh", "-c", script, commands=commands)
        objects = api.objects()
        said = asked.result().checked(Code.SANDBOX_BROKEN).stdout
    processes, _, listing = said.partition(b"\0")
    return Origin(
        taken_at, objects, read_processes(processes.decode(errors="replace")), read_listing(listing)
    )


def keep_origin(engine: Engine, node: str, api: KubeApi, folder: Path, commands: Commands) -> None:
    """Look at a sandbox whose services are healthy, and keep that and a copy of their data in its folder."""
    archive = pack_data(engine, node, commands)
    (folder / DATA).write_bytes(archive)
    save_origin(look(engine, node, api, commands), folder)
