"""Starts the workstation's container on either engine."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine
from grader.sandbox.names import LABEL, STUDIO, Names
from grader.sandbox.process import Commands, detached, end
from grader.sandbox.waiting import wait_until
from grader.sandbox.workstation.disk import mount_disk

_SOCKET_S = 15
# A service that nobody ends ends by itself.
_IDLE_S = 60
_START_S = 60
# Of Docker's API, since version 3. Asked for it, Podman asks the package manager about itself, which takes longer than
# the container.
_PODMANS_API = "1.41"


def start_workstation(
    engine: Engine,
    names: Names,
    image: str,
    folder: Path,
    commands: Commands,
    *,
    disk_mib: int = 0,
    replaces: bool = False,
) -> None:
    """Start the container of an attempt.

    Args:
        engine: Where.
        names: The attempt's names; its network exists.
        image: The workstation image's reference.
        folder: The attempt's folder; its `data` becomes the services' data.
        commands: Runs it.
        disk_mib: Size of the small disk that it is given; 0 for none.
        replaces: Whether the attempt's last one is being removed meanwhile; it is waited for.
    """
    request = {
        "name": names.workstation,
        "image": image,
        "network": names.network,
        "labels": {LABEL: names.attempt},
        "volumes": [[str(folder / "data"), f"{STUDIO}/data"]],
        "replaces": replaces,
        "api": _PODMANS_API if engine.name == "podman" else "auto",
    }
    with docker_api(engine, names, folder) as environment:
        commands.run(
            [sys.executable, "-m", "grader.sandbox.workstation.create", json.dumps(request)],
            environment=environment,
            timeout_s=_START_S,
        ).checked(Code.SANDBOX_BROKEN, hint="grader doctor")
    if disk_mib:
        mount_disk(engine, names.workstation, disk_mib, commands)


@contextmanager
def docker_api(engine: Engine, names: Names, folder: Path) -> Iterator[Mapping[str, str]]:
    """Variables by which Docker's own client reaches the engine; for Podman, a service for the while."""
    # The helper container that testcontainers would start to clean up can't be pulled everywhere, and what
    # it does is done by name.
    environment = {
        "TESTCONTAINERS_RYUK_DISABLED": "true",
        "TESTCONTAINERS_CONNECTION_MODE": "docker_host",
        "TESTCONTAINERS_HOST_OVERRIDE": "localhost",
        "PYTHONPATH": _package_root(),
    }
    if engine.name == "docker":
        yield environment
        return
    # A socket's path may have 108 bytes at most, an attempt's folder may be deeper.
    with tempfile.TemporaryDirectory(prefix=f"{names.cluster}-") as short:
        socket = Path(short) / "podman.sock"
        service = detached(
            [engine.program, "system", "service", f"--time={_IDLE_S}", f"unix://{socket}"],
            engine.environment,
            folder / "podman-service.log",
        )
        try:
            if not wait_until(socket.exists, timeout_s=_SOCKET_S):
                raise GraderError(
                    Code.ENGINE_STOPPED,
                    "podman's service did not start",
                    where=str(folder / "podman-service.log"),
                )
            yield {**environment, "DOCKER_HOST": f"unix://{socket}"}
        finally:
            end(service)


def _package_root() -> str:
    return str(Path(__file__).resolve().parents[3])
