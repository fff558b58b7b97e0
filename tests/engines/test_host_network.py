"""Of the machine's packet filter, what is removed is the engine's and nothing else."""

from __future__ import annotations

from ipaddress import IPv4Network

from tests.engines.host_network import removal

POOL = IPv4Network("10.201.0.0/16")
SAVED = """\
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
:NETAVARK_FORWARD - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -o br-0123456789ab -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i pivori0 ! -o pivori0 -j ACCEPT
-A FORWARD -m comment --comment "netavark -j DOCKER rules" -j NETAVARK_FORWARD
-A FORWARD -i eth0 -o podman0 -j ACCEPT
-A DOCKER -d 10.201.0.2/32 -p tcp -m tcp --dport 80 -j ACCEPT
-A NETAVARK_FORWARD -s 10.88.0.0/16 -j ACCEPT
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -s 10.201.1.2/32 -d 10.201.1.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
-A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE
COMMIT
*mangle
:INPUT ACCEPT [0:0]
COMMIT
"""


def test_removes_the_engines_rules_only() -> None:
    """Chains named DOCKER, and rules with the engine's bridges or addresses go; all others stay."""
    assert removal(SAVED.splitlines(), {"pivori0", "br-0123456789ab"}, POOL) == [
        "*filter",
        "-D FORWARD -j DOCKER-USER",
        "-D FORWARD -o br-0123456789ab -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        "-D FORWARD -i pivori0 ! -o pivori0 -j ACCEPT",
        "-F DOCKER",
        "-F DOCKER-USER",
        "-X DOCKER",
        "-X DOCKER-USER",
        "COMMIT",
        "*nat",
        "-D POSTROUTING -s 10.201.1.2/32 -d 10.201.1.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE",
        "COMMIT",
    ]


def test_removes_nothing_where_no_engine_was() -> None:
    """Without chains, bridges or addresses of an engine nothing is to be removed."""
    others = [line for line in SAVED.splitlines() if "DOCKER" not in line and "10.201" not in line]
    assert removal(others, {"pivori1"}, POOL) == []
