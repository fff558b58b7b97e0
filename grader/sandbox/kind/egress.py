"""Keeps a sandbox inside itself: nothing in it may reach this machine, its network or the internet.

Rules are put into the node's own network namespace as soon as it has one, and a probe from inside a pod proves
them at the end. Two ways out are closed: packets to anywhere else, and packets to a Service's address that no
rule translates, which would otherwise leave the node and be answered by whatever is outside.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind.config import POD_SUBNET
from grader.sandbox.process import Commands

# The exit codes of curl for "nothing answered, and at once": refused, no route.
_DIED_INSIDE = {7}
_PROBE_S = 2
# An address of the documentation's range stands for the internet.
_OUTSIDE = "192.0.2.1"
# Never given to a Service by the API server's allocator before tens of thousands of others.
UNUSED_SERVICE = "10.96.255.254"


def close_node(engine: Engine, node: str, commands: Commands) -> None:
    """Let the node's own and its pods' new connections go only to the node and its pods.

    The rules see a packet after kube-proxy's, so a Service's address that is still there has no endpoint. A
    route for the Services' addresses would not do: it is asked for before they are translated.
    """
    rules = f"""
table inet grader_egress
delete table inet grader_egress
table inet grader_egress {{
  chain inside_only {{
    ct state established,related accept
    ip daddr {POD_SUBNET} accept
    icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert }} accept
    meta l4proto tcp counter reject with tcp reset
    counter reject
  }}
  chain output {{
    type filter hook output priority 10; policy drop;
    oif lo accept
    fib daddr type local accept
    jump inside_only
  }}
  chain forward {{
    type filter hook forward priority 10; policy drop;
    jump inside_only
  }}
}}
"""
    engine.execute(node, "nft", "-f", "-", stdin=rules.encode(), commands=commands).checked(
        Code.EGRESS_OPEN
    )


def close_workstation(engine: Engine, workstation: str, gateway: str, commands: Commands) -> None:
    """Leave the workstation no way but to its own network, and not to this machine on it."""
    ip = "/usr/sbin/ip"
    script = (
        f"{ip} route del default; {ip} route replace unreachable {gateway}/32 && "
        f"! {ip} route get {_OUTSIDE} && ! {ip} route get {gateway}"
    )
    output = engine.execute(
        workstation,
        "sh",
        "-c",
        script,
        options=("--privileged", "--user", "0"),
        commands=commands,
    )
    if output.exit_code != 0:
        raise _open("workstation", f"{_OUTSIDE} or {gateway}", output.stderr)


def prove_node(engine: Engine, node: str, process: str, gateway: str, commands: Commands) -> None:
    """Try the ways out from inside a pod and from the node itself.

    A refusal alone would prove little, as an address where nobody listens refuses too: this machine listens on
    the gateway's address meanwhile and must hear nothing, and the node's own rules must count every try.

    Args:
        engine: The engine that runs the node.
        node: The node's container.
        process: Pattern of a process that runs in a pod, whose network is entered.
        gateway: This machine's address on the sandbox's network.
        commands: Runs the probe.

    Raises:
        GraderError: egress-open, naming the address that answered or was not refused by the node.
    """
    with _listening(gateway) as (port, was_heard):
        targets = [UNUSED_SERVICE + ":80", f"{gateway}:{port}", f"{_OUTSIDE}:80"]
        tries = "; ".join(
            f"$in curl --noproxy '*' -s -o /dev/null --max-time {_PROBE_S} http://{target}; "
            f"echo $where {target} $?"
            for target in targets
        )
        count = "nft list chain inet grader_egress inside_only | grep -o 'packets [0-9]*'"
        script = (
            f"pid=$(pgrep -f '{process}' | head -n 1); {count}; "
            f'for where in pod node; do in=; [ $where = pod ] && in="nsenter -t $pid -n"; {tries}; '
            f"done; {count}"
        )
        output = engine.execute(node, "sh", "-c", script, commands=commands)
        require_closed(output.checked(Code.EGRESS_OPEN).text, tries=2 * len(targets))
        if was_heard():
            raise _open("node", f"this machine at {gateway}")


def require_closed(said: str, *, tries: int) -> None:
    """Read what the probe printed. Raises GraderError egress-open for anything but refusals by the node.

    Args:
        said: Lines "packets N" (the node's counters, before and after) and "where target exit-code".
        tries: How many tries must be there.
    """
    lines = [line.split() for line in said.splitlines()]
    results = [line for line in lines if line[0] != "packets"]
    counters = [int(line[1]) for line in lines if line[0] == "packets"]
    for where, target, code in results:
        if int(code) not in _DIED_INSIDE:
            raise _open(where, target, f"curl exit code {code}")
    half = len(counters) // 2
    refused = sum(counters[half:]) - sum(counters[:half])
    if len(results) != tries or refused < tries:
        raise _open("node", "the probe", f"{tries} tries, {len(results)} made, {refused} refused")


@contextmanager
def _listening(address: str) -> Iterator[tuple[int, Callable[[], bool]]]:
    """Listen on an address of this machine; the port, and whether anybody has called.

    Where the engine runs on another machine the address is not ours: then nobody listens.
    """
    try:
        server = socket.create_server((address, 0))
    except OSError:
        yield 80, lambda: False
        return
    with server:
        server.setblocking(False)

        def was_heard() -> bool:
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield server.getsockname()[1], was_heard


def _open(where: str, target: str, detail: str | None = None) -> GraderError:
    return GraderError(
        Code.EGRESS_OPEN,
        f"the sandbox is not closed: from the {where}, {target} was not refused",
        where=where,
        hint="grader stop --all; grader doctor",
        detail=detail,
    )
