"""Removes what a sandbox is made of from an engine, and tells what of it is there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from grader.model.errors import Code
from grader.sandbox.engines.engine import Engine
from grader.sandbox.names import Names
from grader.sandbox.protocol import ResourceList

_KIND_LABEL = "io.x-k8s.kind.cluster"


def remove_all(engine: Engine, names: Names) -> None:
    """Kill and remove containers, the node's volume and the network; what is gone already is fine."""
    with ThreadPoolExecutor(3) as pool:
        volumes = pool.submit(volumes_of, engine, names)
        removals = [
            pool.submit(engine.remove_containers, [name])
            for name in (names.node, names.workstation)
        ]
        for removal in removals:
            removal.result()
        for volume in volumes.result():
            engine.run("volume", "rm", "--force", volume)
    engine.remove_network(names.network)


def remaining(engine: Engine, names: Names) -> ResourceList:
    """What is there: "container grader-x7k2p9-workstation", "network …", "volume …"; and what does not run."""
    with ThreadPoolExecutor(4) as pool:
        containers = pool.submit(engine.containers, f"{names.cluster}-")
        running = pool.submit(engine.running, f"{names.cluster}-")
        networks = pool.submit(engine.networks, names.network)
        volumes = pool.submit(volumes_of, engine, names)
        found = (
            *(f"container {name}" for name in containers.result()),
            *(f"network {name}" for name in networks.result() if name == names.network),
            *(f"volume {name}" for name in volumes.result()),
        )
        runs = running.result()
    must_run = (names.node, names.workstation)
    return ResourceList(found, tuple(f"container {name}" for name in must_run if name not in runs))


def volumes_of(engine: Engine, names: Names) -> list[str]:
    """The node's volume, which kind makes before the container that it belongs to."""
    words = ("volume", "ls", "--quiet", "--filter")
    # Podman's volumes carry the node's name alone.
    labels = (f"{_KIND_LABEL}={names.cluster}", names.node)
    found = [engine.run(*words, f"label={label}").checked(Code.ENGINE_STOPPED) for label in labels]
    return sorted({name for output in found for name in output.text.split()})
