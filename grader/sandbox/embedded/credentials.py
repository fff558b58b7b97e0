"""Who may speak to an embedded cluster: its authority, every certificate, and what people and programs know it by."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from grader.sandbox.embedded.addresses import DOMAIN, NODE, NODE_ADDRESS, Ports
from grader.sandbox.embedded.certificates import (
    Authority,
    kubeconfig,
    signing_key,
    write_private,
)
from grader.sandbox.embedded.places import Places
from grader.sandbox.names import Names

CANDIDATE = "candidate"
_AUTHORITY = "kubernetes"
# The sandbox's own programs, by file, user and groups. They ask most, and a certificate is verified at every request,
# where a token is looked up.
_PROGRAMS: Sequence[tuple[str, str, Sequence[str]]] = (
    ("controllers", "system:kube-controller-manager", ["system:masters"]),
    ("scheduler", "system:kube-scheduler", []),
    ("node", f"system:node:{NODE}", ["system:nodes"]),
    ("runtime", "grader:runtime", ["system:masters"]),
)


def new_authority() -> Authority:
    """The authority of a new cluster."""
    return Authority.new(_AUTHORITY)


def authority_of(places: Places) -> Authority:
    """The authority of a cluster that is there. Raises OSError or ValueError where there is none."""
    return Authority.read(places.certificates, "ca")


def write_credentials(places: Places, ports: Ports, authority: Authority) -> str:
    """Make every certificate and token of a cluster; the candidate's kubeconfig."""
    folder = places.certificates
    folder.mkdir(parents=True, exist_ok=True)
    authority.pair.write(folder, "ca")
    root = authority.pair.certificate
    names = [
        *("kubernetes", "kubernetes.default", "kubernetes.default.svc"),
        *(f"kubernetes.default.svc.{DOMAIN}", "localhost", "127.0.0.1", "10.96.0.1"),
        NODE_ADDRESS,
    ]
    authority.server("kube-apiserver", names).write(folder, "apiserver")
    authority.server(f"system:node:{NODE}", [NODE, NODE_ADDRESS], ["system:nodes"]).write(
        folder, "kubelet"
    )
    authority.client("kube-apiserver-kubelet-client", ["system:masters"]).write(
        folder, "apiserver-kubelet"
    )
    private, public = signing_key()
    write_private(folder / "accounts.key", private)
    write_private(folder / "accounts.pub", public)
    server = f"https://127.0.0.1:{ports.api}"

    known = []
    for file, user, groups in _PROGRAMS:
        token = secrets.token_urlsafe(32)
        known.append(f'{token},{user},{user},"{",".join(groups)}"\n')
        words = kubeconfig(server, root, {"token": token})
        write_private(folder / f"{file}.kubeconfig", words.encode())
    write_private(folder / "tokens.csv", "".join(known).encode())
    grader = authority.client("kubernetes-admin", ["system:masters"])
    write_private(places.kubeconfig, kubeconfig(server, root, grader.as_user).encode())
    return candidate_kubeconfig(places, server, authority)


def candidate_kubeconfig(places: Places, server: str, authority: Authority) -> str:
    """A credential of the candidate's for the API server at a URL.

    Its names are those that kind gives, and like there it names no namespace: who forgets to say where has to
    come out at the same place on both.
    """
    root, client = authority.pair.certificate, authority.client(CANDIDATE)
    cluster = Names(places.folder.name).cluster
    return kubeconfig(server, root, client.as_user, cluster=cluster, user=CANDIDATE)
