"""Starts a workstation with testcontainers, as a process of its own: `python -m grader.sandbox.workstation.create`.

A process of its own, because testcontainers and the Docker client take the engine's address and their settings
from the process's environment. The container outlives it: a candidate works for an hour, and `grader stop` ends
it by its name.

Arguments: a JSON document with name, image, network, labels, volumes as [here, there], replaces: whether there is
one of that name that somebody is removing meanwhile, and api: the version of Docker's API, "auto" to ask for it.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from grader.sandbox.names import WORKSTATION_HOST
from grader.sandbox.waiting import wait_until

if TYPE_CHECKING:
    from docker import DockerClient

_GONE_S = 30

# What a candidate may take of the machine.
_MEMORY = "1g"
_PROCESSES = 512
# An address of the documentation's range, which no route leads to.
_NO_RESOLVER = "192.0.2.1"


def main(arguments: list[str]) -> int:
    """Start one workstation; exit code 0 when it runs."""
    request = json.loads(arguments[0])
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - read after the environment

    container = DockerContainer(
        request["image"], name=request["name"], docker_client_kw={"version": request["api"]}
    )
    for here, there in request["volumes"]:
        container.with_volume_mapping(here, there, "rw")
    container.with_kwargs(
        network=request["network"],
        hostname=WORKSTATION_HOST,
        labels=request["labels"],
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        mem_limit=_MEMORY,
        pids_limit=_PROCESSES,
        # An engine's own name server asks others on the container's behalf: give it none to ask.
        dns=[_NO_RESOLVER],
    )
    if request["replaces"]:
        _await_end(container.get_docker_client().client, request["name"])
    container.start()
    return 0


def _await_end(client: DockerClient, name: str) -> None:
    """Wait until no container has the name; one that stays makes the start fail, which says so."""
    from docker.errors import APIError, NotFound  # noqa: PLC0415 - read after the environment

    def gone() -> bool:
        try:
            client.containers.get(name)
        except NotFound:
            return True
        except APIError:
            # Podman looks a container up by name, and then in vain for what it is: it is on its way out.
            return False
        return False

    wait_until(gone, timeout_s=_GONE_S)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
