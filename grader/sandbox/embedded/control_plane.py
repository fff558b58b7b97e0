"""The programs of an embedded cluster, and how each is called."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from grader.sandbox.audit.policy import arguments
from grader.sandbox.audit.watch import lay_out
from grader.sandbox.embedded.addresses import DOMAIN, NODE, NODE_ADDRESS, RESOLVER, Ports
from grader.sandbox.embedded.catalogue import images
from grader.sandbox.embedded.certificates import write_private
from grader.sandbox.embedded.credentials import CANDIDATE
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.running import MARK, python
from grader.sandbox.embedded.seldom_written import watch_cache_sizes
from grader.sandbox.names import NODE_DATA
from grader.sandbox.settings import data_folder

_SERVICES = "10.96.0.0/16"
_PODS = "10.244.0.0/16"
_NODE_PODS = "10.244.0.0/24"
_PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
# Nobody shares this API server: nothing to spare it from.
_EAGER = ("--kube-api-qps=500", "--kube-api-burst=1000", "--leader-elect=false")
# What is made at the start mostly stays: garbage is looked for once there is so much, and as usual from then on.
_FIRST_GARBAGE_MIB = {"kube-apiserver": 80, "kube-controller-manager": 30, "kube-scheduler": 18}
# With an empty store more is made at the start, and half a second goes without looking through it so often.
_FIRST_GARBAGE_ANEW_MIB = {
    **_FIRST_GARBAGE_MIB,
    "kube-apiserver": 140,
    "kube-controller-manager": 45,
}
# What is not named here is reached directly; for etcd, naming that would rule its socket out.
_EGRESS = """\
apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
  - name: cluster
    connection:
      proxyProtocol: HTTPConnect
      transport: {uds: {udsName: %s}}
"""


@dataclass(frozen=True)
class Tools:
    """The programs' files.

    Attributes:
        kube: kube-apiserver, kube-controller-manager and kube-scheduler in one.
        etcd: The object store.
        node: The simulated node.
    """

    kube: Path
    etcd: Path
    node: Path


def write_programs(
    places: Places, ports: Ports, tools: Tools, *, anew: bool, ample_memory: bool = False
) -> None:
    """Write down what the supervisor runs, with the files that the programs are configured by.

    Args:
        places: Where all of it lies.
        ports: Those of the loopback that the programs listen at.
        tools: The programs.
        anew: Whether the object store is empty: until its API server has made its own roles, who needs them would
            ask in vain, and again only after a second and more.
        ample_memory: Whether the programs spare processors, and not memory.
    """
    for folder in (places.logs, places.node, places.etcd, places.sockets, places.root / "bin"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if places.node_by_name != places.node and not places.node_by_name.is_symlink():
        places.node_by_name.symlink_to(places.node)
    for name in _PROGRAMS:
        # The one program is what its name says.
        link = places.root / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(tools.kube)
    lay_out(places.audit, CANDIDATE)
    (places.root / "egress.yaml").write_text(_EGRESS % (places.sockets / "egress"), "utf-8")
    settings = places.root / "node.json"
    write_private(settings, json.dumps(_node_settings(places, ports)).encode())
    after = _After(ports.api, str(places.bootstrapped) if anew else "")
    sparing = _sparing_processors if ample_memory else partial(_sparing_memory, anew=anew)
    programs = [
        _program(places, sparing, "etcd", [str(tools.etcd), *_etcd(places)]),
        _program(
            places,
            sparing,
            "kube-apiserver",
            [_kube(places, "kube-apiserver"), *_apiserver(places, ports)],
        ),
        _program(places, sparing, "node", [str(tools.node), str(settings)]),
        _program(
            places,
            sparing,
            "kube-controller-manager",
            [_kube(places, "kube-controller-manager"), *_controllers(places)],
            after,
        ),
        _program(
            places,
            sparing,
            "kube-scheduler",
            [_kube(places, "kube-scheduler"), *_scheduler(places)],
            after,
        ),
    ]
    if places.enclosure.exists():
        holder = [str(python()), "-IS", str(Path(__file__).with_name("enclosure.py"))]
        programs.append(
            _program(places, sparing, "workstation", [*holder, "hold", str(places.enclosure)])
        )
    words = {"folder": str(places.root), "logs": str(places.logs), "programs": programs}
    places.programs.write_text(json.dumps(words, indent=1), encoding="utf-8")


@dataclass(frozen=True)
class _After:
    """What a program's first start waits for: a port of the loopback, 0 for none, and a file, "" for none."""

    after_port: int = 0
    after_file: str = ""


_Sparing = Callable[[str], Mapping[str, str]]


def _sparing_memory(name: str, *, anew: bool) -> Mapping[str, str]:
    """What is added to a program's environment where many sandboxes share a machine, most of them at rest."""
    first_mib = _FIRST_GARBAGE_ANEW_MIB if anew else _FIRST_GARBAGE_MIB
    if name not in first_mib:
        return {"GOGC": "50"}
    # Once it has started it gives back what only that needed.
    return {
        "GOGC": "off",
        "GOMEMLIMIT": f"{first_mib[name]}MiB",
        "GOGC_STARTED": "20",
    }


def _sparing_processors(_name: str) -> Mapping[str, str]:
    """The same where they have much to do.

    Garbage is looked for as seldom as memory allows. On one processor no thread wakes another one for work that it does
    itself as soon, which happens hundreds of times a second: the other processors have sandboxes of their own.
    """
    return {"GOGC": "400", "GOMAXPROCS": "1"}


def _program(
    places: Places, sparing: _Sparing, name: str, argv: list[str], after: _After | None = None
) -> dict[str, object]:
    environment = {**_environment(places), **sparing(name)}
    return {
        "name": name,
        "argv": argv,
        "environment": environment,
        **asdict(after or _After()),
    }


def _environment(places: Places) -> Mapping[str, str]:
    """Nothing of the caller's: no proxy, no setting of another Kubernetes."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "MALLOC_ARENA_MAX": "1", MARK: str(places.folder)}


def _kube(places: Places, name: str) -> str:
    return str(places.root / "bin" / name)


def _etcd_socket(places: Places) -> str:
    return f"unix://{places.store}"


def _etcd(places: Places) -> list[str]:
    peer = f"unix://{places.sockets / 'etcd-peer'}"
    return [
        "--name=studio",
        f"--data-dir={places.etcd}",
        f"--listen-client-urls={_etcd_socket(places)}",
        f"--advertise-client-urls={_etcd_socket(places)}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=studio={peer}",
        # It lives for hours, and a power cut ends the sandbox anyway.
        "--unsafe-no-fsync",
        # All that was ever written would stay in its memory, for members that it has not.
        "--snapshot-count=500",
        "--snapshot-catchup-entries=100",
        # Alone, it only ever elects itself: soon, and without many looks at the clock afterwards.
        "--heartbeat-interval=50",
        "--election-timeout=250",
        "--log-level=error",
    ]


def _apiserver(places: Places, ports: Ports) -> list[str]:
    keys = places.certificates
    return [
        "--bind-address=127.0.0.1",
        f"--secure-port={ports.api}",
        f"--advertise-address={NODE_ADDRESS}",
        f"--etcd-servers={_etcd_socket(places)}",
        f"--client-ca-file={keys / 'ca.crt'}",
        f"--token-auth-file={keys / 'tokens.csv'}",
        f"--tls-cert-file={keys / 'apiserver.crt'}",
        f"--tls-private-key-file={keys / 'apiserver.key'}",
        f"--kubelet-certificate-authority={keys / 'ca.crt'}",
        f"--kubelet-client-certificate={keys / 'apiserver-kubelet.crt'}",
        f"--kubelet-client-key={keys / 'apiserver-kubelet.key'}",
        "--kubelet-preferred-address-types=InternalIP",
        f"--service-account-issuer=https://kubernetes.default.svc.{DOMAIN}",
        f"--service-account-key-file={keys / 'accounts.pub'}",
        f"--service-account-signing-key-file={keys / 'accounts.key'}",
        f"--service-cluster-ip-range={_SERVICES}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        f"--egress-selector-config-file={places.root / 'egress.yaml'}",
        f"--watch-cache-sizes={watch_cache_sizes()}",
        *(f"--{name}={value}" for name, value in arguments(str(places.audit.source)).items()),
        "--profiling=false",
    ]


def _controllers(places: Places) -> list[str]:
    keys = places.certificates
    return [
        f"--kubeconfig={keys / 'controllers.kubeconfig'}",
        "--secure-port=0",
        *_EAGER,
        f"--root-ca-file={keys / 'ca.crt'}",
        f"--cluster-signing-cert-file={keys / 'ca.crt'}",
        f"--cluster-signing-key-file={keys / 'ca.key'}",
        f"--service-account-private-key-file={keys / 'accounts.key'}",
        "--allocate-node-cidrs=true",
        f"--cluster-cidr={_PODS}",
        f"--service-cluster-ip-range={_SERVICES}",
        "--profiling=false",
    ]


def _scheduler(places: Places) -> list[str]:
    keys = places.certificates
    return [
        f"--kubeconfig={keys / 'scheduler.kubeconfig'}",
        "--secure-port=0",
        *_EAGER,
        "--profiling=false",
    ]


def _node_settings(places: Places, ports: Ports) -> dict[str, object]:
    keys = places.certificates
    host = Path(__file__).with_name("stub_host.py")
    return {
        "name": NODE,
        "address": NODE_ADDRESS,
        "port": ports.node,
        "server": f"127.0.0.1:{ports.api}",
        "kubeconfig": str(keys / "node.kubeconfig"),
        "runtime_kubeconfig": str(keys / "runtime.kubeconfig"),
        "certificate": str(keys / "kubelet.crt"),
        "key": str(keys / "kubelet.key"),
        "client_ca": str(keys / "ca.crt"),
        "root": str(places.node_by_name),
        "sockets": str(places.sockets),
        "pods": _NODE_PODS,
        "domain": DOMAIN,
        "resolver": RESOLVER,
        "folders": {NODE_DATA: str(places.data)},
        "images": images(),
        "host": [str(python()), "-IS", str(host), str(data_folder("fixtures") / "services")],
    }
