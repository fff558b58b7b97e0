"""Where things are in an embedded cluster, and the ports of this machine that it listens at."""

from __future__ import annotations

import socket
from dataclasses import dataclass

NODE = "studio-node"
# The node's address exists in this cluster only: what is sent there stays in the node's own program.
NODE_ADDRESS = "172.18.0.2"
DOMAIN = "cluster.local"
RESOLVER = "10.96.0.10"


@dataclass(frozen=True)
class Ports:
    """The two ports of the loopback that a sandbox listens at."""

    api: int
    node: int


def free_ports() -> Ports:
    """Two ports that nothing listens at now."""
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        return Ports(one.getsockname()[1], other.getsockname()[1])
