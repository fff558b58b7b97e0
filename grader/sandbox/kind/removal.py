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
        if found := volumes.result():
            engine.run("volume", "rm", "--force", *found)
    engine.remove_network(names.network)


def remaining(engine: Engine, names: Names) -> ResourceList:
    """What is there: "container grader-x7k2p9-workstation", "network …", "volume …"; and what does not run."""
    with ThreadPoolExecutor(3) as pool:
        networks = pool.submit(engine.networks, names.network)
        volumes = pool.submit(volumes_of, engine, names)
        containers = engine.containers(f"{names.cluster}-")
        # An ended sandbox, the usual case after a stop, is spared the question what of nothing runs.
        runs = engine.running(f"{names.cluster}-") if containers else []
        found = (
            *(f"container {name}" for name in containers),
            *(f"network {name}" for name in networks.result() if name == names.network),
            *(f"volume {name}" for name in volumes.result()),
        )
    must_run = (names.node, names.workstation)
    return ResourceList(found, tuple(f"container {name}" for name in must_run if name not in runs))


def volumes_of(engine: Engine, names: Names) -> list[str]:
    """The node's volume, which kind makes before the container that it belongs to."""
    words = ("volume", "ls", "--quiet", "--filter")
    # Podman's volumes carry the node's name alone.
    labels = (f"{_KIND_LABEL}={names.cluster}", names.node)

    def labelled(label: str) -> list[str]:
        return engine.run(*words, f"label={label}").checked(Code.ENGINE_STOPPED).text.split()

    with ThreadPoolExecutor(len(labels)) as pool:
        return sorted({name for names in pool.map(labelled, labels) for name in names})
