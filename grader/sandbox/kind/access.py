"""Credentials: the grader's own, from outside the cluster, and the candidate's, from the workstation."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import os
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

import yaml

from grader.model.errors import Code, GraderError
from grader.model.text import Bilingual
from grader.sandbox.api import KubeApi
from grader.sandbox.engines.engine import Engine
from grader.sandbox.gone import sandbox_gone
from grader.sandbox.kind.egress import close_workstation
from grader.sandbox.names import Names
from grader.sandbox.process import Commands
from grader.sandbox.waiting import wait_until
from grader.sandbox.workstation.container import ContainerWorkstation

_API_S = 120
# Written by kubeadm after its certificates.
_READY_FILE = "/etc/kubernetes/admin.conf"
CANDIDATE = "candidate"


@dataclass(frozen=True)
class NodeNetwork:
    """Where a node is on its sandbox's network.

    Attributes:
        address: The node's own.
        gateway: This machine's.
    """

    address: str
    gateway: str


def wait_for_api(port: int, commands: Commands) -> None:
    """Wait until the API server on a port of this machine says that it is ready.

    Args:
        port: The published port.
        commands: Those of the start, which may be called off.

    Raises:
        Cancelled: The start was called off.
        GraderError: sandbox-broken, after two minutes.
    """
    unverified = ssl.create_default_context()
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE

    def ready() -> bool:
        commands.require_wanted("waiting for the API server")
        try:
            # Who answers is proved by the certificate in the kubeconfig, which comes next.
            connection = HTTPSConnection("127.0.0.1", port, timeout=2, context=unverified)
            connection.request("GET", "/readyz")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False

    if not wait_until(ready, timeout_s=_API_S, pause_s=0.1):
        raise GraderError(Code.SANDBOX_BROKEN, "the API server did not become ready")


def grader_kubeconfig(
    engine: Engine, node: str, port: int, target: Path, commands: Commands
) -> KubeApi:
    """Write the grader's kubeconfig, readable by its user alone, and the API through it."""
    output = engine.execute(node, "cat", "/etc/kubernetes/admin.conf", commands=commands).checked(
        Code.SANDBOX_BROKEN
    )
    document = yaml.safe_load(output.text)
    document["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{port}"
    _write_private(target, yaml.safe_dump(document))
    return KubeApi(target)


def candidate_kubeconfig(engine: Engine, node: str, address: str, commands: Commands) -> str:
    """A kubeconfig for the candidate, whose name only the roles of fixtures/cluster give rights.

    Args:
        engine: The engine that runs the node.
        node: The node's container.
        address: The node's address on the sandbox's network.
        commands: Runs kubeadm in the node.
    """
    # The certificate authority is among the first things that kubeadm makes, long before the API answers.
    script = (
        f"until [ -s {_READY_FILE} ]; do sleep 0.1; done; "
        f"kubeadm kubeconfig user --config=/kind/kubeadm.conf --client-name={CANDIDATE} "
        "--validity-period=24h"
    )
    output = engine.execute(
        node, "timeout", str(_API_S), "sh", "-c", script, commands=commands
    ).checked(Code.SANDBOX_BROKEN)
    document = yaml.safe_load(output.text)
    document["clusters"][0]["cluster"]["server"] = f"https://{address}:6443"
    return yaml.safe_dump(document)


def node_network(engine: Engine, names: Names) -> NodeNetwork:
    """Where an attempt's node is on its network.

    Raises:
        GraderError: sandbox-gone, where there is no such node.
    """
    found = engine.container(names.node)
    if found is None:
        raise sandbox_gone(
            names.attempt,
            Bilingual(
                f"son nœud {names.node} n’est plus là", f"its node {names.node} is not there"
            ),
        )
    network = found["NetworkSettings"]["Networks"][names.network]
    return NodeNetwork(network["IPAddress"], network["Gateway"])


def give_access(
    engine: Engine, names: Names, folder: Path, network: NodeNetwork, commands: Commands
) -> None:
    """Close a workstation that has just started, and put the candidate's kubeconfig into it.

    Args:
        engine: What runs the node.
        names: The attempt's.
        folder: The attempt's, where the kubeconfig is kept for the next workstation.
        network: Where the node is.
        commands: Runs it.
    """
    place = ContainerWorkstation(engine, names.workstation)
    # Each is a program started in the container, which takes longer than what it does.
    with ThreadPoolExecutor(1, thread_name_prefix="access") as pool:
        closing = pool.submit(
            close_workstation, engine, names.workstation, network.gateway, commands
        )
        kept = folder / "candidate.kubeconfig"
        if kept.exists():
            kubeconfig = kept.read_text("utf-8")
        else:
            kubeconfig = candidate_kubeconfig(engine, names.node, network.address, commands)
            _write_private(kept, kubeconfig)
        place.write("/home/ubuntu/.kube/config", kubeconfig.encode())
        closing.result()


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
