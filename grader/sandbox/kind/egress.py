"""Keeps a sandbox inside itself: nothing in it may reach this machine, its network or the internet.

Rules are put into the node's own network namespace as soon as it has one, and a probe from inside a pod proves
them at the end. Two ways out are closed: packets to anywhere else, and packets to a Service's address that no
rule translates, which would otherwise leave the node and be answered by whatever is outside.
"""

from __future__ import annotations

from collections.abc import Iterable

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
    meta l4proto tcp reject with tcp reset
    reject
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

    Args:
        engine: The engine that runs the node.
        node: The node's container.
        process: Pattern of a process that runs in a pod, whose network is entered.
        gateway: This machine's address on the sandbox's network.
        commands: Runs the probe.

    Raises:
        GraderError: egress-open, naming the address that answered or did not refuse at once.
    """
    targets = [f"http://{UNUSED_SERVICE}:80", f"http://{gateway}:80", f"http://{_OUTSIDE}:80"]
    tries = "; ".join(
        f"$in curl --noproxy '*' -s -o /dev/null --max-time {_PROBE_S} {target}; "
        f"echo $where {target} $?"
        for target in targets
    )
    script = (
        f"pid=$(pgrep -f '{process}' | head -n 1); "
        f'for where in pod node; do in=; [ $where = pod ] && in="nsenter -t $pid -n"; {tries}; done'
    )
    output = engine.execute(node, "sh", "-c", script, commands=commands).checked(Code.EGRESS_OPEN)
    results = [line.split() for line in output.text.splitlines()]
    _require_closed(results, expected=2 * len(targets))


def _require_closed(results: Iterable[list[str]], *, expected: int) -> None:
    seen = 0
    for where, target, code in results:
        seen += 1
        if int(code) not in _DIED_INSIDE:
            raise _open(where, target, f"curl exit code {code}")
    if seen != expected:
        raise _open("node", "the probe itself", f"{seen} of {expected} tries were made")


def _open(where: str, target: str, detail: str | None = None) -> GraderError:
    return GraderError(
        Code.EGRESS_OPEN,
        f"the sandbox is not closed: from the {where}, {target} was not refused",
        where=where,
        hint="grader stop --all; grader doctor",
        detail=detail,
    )
