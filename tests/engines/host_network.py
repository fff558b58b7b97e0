"""What a Docker engine makes in the machine's network, told apart from everybody else's.

The engine shares bridges, routes and the packet filter with Podman and with whatever else runs here,
and removes none of its own when it ends. All its addresses come from one range chosen at start, so
that range, its bridges and its chains' names tell which rules to take away again.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engines.debian_tree import EngineError

if TYPE_CHECKING:
    from collections.abc import Collection

# Off the beaten ranges: Podman's, and Kubernetes' pods (10.244) and Services (10.96).
POOLS = tuple(
    IPv4Network(f"{start}.0.0/16")
    for start in (*(f"10.{n}" for n in range(201, 240)), *(f"172.{n}" for n in range(20, 32)))
)
NETWORK_BRIDGE = re.compile(r"br-[0-9a-f]{12}")
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")


@dataclass(frozen=True)
class HostNetwork:
    """The network of the machine, seen with the programs of a tree.

    The tree's programs are those the engine writes its rules with, so no version reads the other's.

    Args:
        tree: A Debian tree with iproute2 and iptables.
    """

    tree: Path

    def free_pool(self) -> IPv4Network:
        """A range that no route of the machine touches."""
        routes = json.loads(self._run("ip", "-json", "-4", "route", "show", "table", "all"))
        taken = [IPv4Network(r["dst"], strict=False) for r in routes if r["dst"] != "default"]
        for pool in POOLS:
            if not any(pool.overlaps(network) for network in taken):
                return pool
        raise EngineError("the machine's routes leave no private range for the engine's networks")

    def bridges(self) -> dict[str, list[IPv4Interface]]:
        """The bridges by name, with their addresses."""
        told = json.loads(self._run("ip", "-json", "address", "show", "type", "bridge"))
        return {
            link["ifname"]: [
                IPv4Interface(f"{address['local']}/{address['prefixlen']}")
                for address in link["addr_info"]
                if address["family"] == "inet"
            ]
            for link in told
        }

    def has_docker_rules(self) -> bool:
        """Whether an engine keeps its chains here."""
        return any(line.startswith(":DOCKER ") for line in self._rules())

    def add_bridge(self, name: str, address: IPv4Interface) -> None:
        """Make a bridge with an address."""
        self._run("ip", "link", "add", name, "type", "bridge")
        self._run("ip", "address", "add", str(address), "dev", name)
        self._run("ip", "link", "set", name, "up")

    def allow_forwarding(self) -> None:
        """Let the machine forward packets.

        An engine that finds this already on leaves the policy of the FORWARD chain alone; one that turns
        it on sets the policy to DROP, which would cut off Podman's containers.
        """
        if FORWARDING.read_text().strip() != "1":
            FORWARDING.write_text("1")

    def clear(self, bridge: str, pool: IPv4Network, before: Collection[str]) -> None:
        """Remove an engine's bridges, chains and rules; nothing there is fine.

        Args:
            bridge: The engine's default bridge.
            pool: The range that all its networks are taken from.
            before: Bridges that were there before the engine started.
        """
        ours = {
            name
            for name, addresses in self.bridges().items()
            if name == bridge
            or (
                name not in before
                and (NETWORK_BRIDGE.fullmatch(name) or any(a in pool for a in addresses))
            )
        }
        rules = self._rules()
        # A bridge may be gone while its rules are still there.
        named = {word for line in rules for word in line.split() if NETWORK_BRIDGE.fullmatch(word)}
        batch = removal(rules, {bridge, *ours, *named.difference(before)}, pool)
        if batch:
            self._run("iptables-nft-restore", "--noflush", given="\n".join(batch) + "\n")
        for name in ours:
            # The kernel ends killed containers' interfaces in its own time; it may be first with some.
            for port in json.loads(self._run("ip", "-json", "link", "show", "master", name)):
                self._run("ip", "link", "delete", port["ifname"], check=False)
            self._run("ip", "link", "delete", name)

    def _rules(self) -> list[str]:
        return self._run("iptables-nft-save").splitlines()

    def _run(self, *command: str, given: str = "", check: bool = True) -> str:
        done = subprocess.run(
            ("chroot", str(self.tree), *command),
            input=given,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin"},
        )
        if check and done.returncode:
            raise EngineError(f"{shlex.join(command)} failed: {done.stderr}{given}")
        return done.stdout


def removal(saved: Collection[str], bridges: Collection[str], pool: IPv4Network) -> list[str]:
    """The lines for iptables-restore that take an engine's chains and rules out of saved tables.

    Args:
        saved: What iptables-save printed.
        bridges: Names of the engine's bridges.
        pool: The range that the engine's networks are taken from.
    """
    batch: list[str] = []
    rules: list[str] = []
    chains: list[str] = []
    table = ""
    for line in saved:
        if line.startswith("*"):
            table, rules, chains = line, [], []
        elif line.startswith(":DOCKER"):
            chains.append(line[1:].split()[0])
        elif line.startswith("-A ") and _belongs(shlex.split(line), bridges, pool):
            rules.append(line.replace("-A", "-D", 1))
        elif line == "COMMIT" and (rules or chains):
            # Chains refer to each other: all are emptied before the first is deleted.
            flush = [f"-F {chain}" for chain in chains]
            batch += [table, *rules, *flush, *(f"-X {chain}" for chain in chains), line]
    return batch


def _belongs(rule: list[str], bridges: Collection[str], pool: IPv4Network) -> bool:
    """Whether a rule outside the engine's chains is the engine's."""
    if rule[1].startswith("DOCKER"):
        return False
    return any(
        (option in {"-j", "-g"} and value.startswith("DOCKER"))
        or (option in {"-i", "-o"} and value in bridges)
        or (option in {"-s", "-d"} and IPv4Network(value, strict=False).subnet_of(pool))
        for option, value in pairwise(rule)
    )
