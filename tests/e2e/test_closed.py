"""What a candidate can't reach: this machine, the engine, other attempts, the checks and the answers."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.e2e.product import Product

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def attempt(podman: Product) -> Iterator[str]:
    """One ready attempt; these tests leave it as they found it."""
    made = podman.start()
    yield made
    podman.run("stop", made)


@pytest.fixture
def listener() -> Iterator[int]:
    """A web server of this machine that listens on every address; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)  # noqa: S104 - it is what must not be reached
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


def _gateway(product: Product, attempt: str) -> str:
    found = product.engine.container(f"grader-{attempt}-workstation")
    assert found is not None
    gateway: str = found["NetworkSettings"]["Networks"][f"grader-{attempt}"]["Gateway"]
    return gateway


def test_this_machine_is_out_of_reach(podman: Product, attempt: str, listener: int) -> None:
    """Neither workstation, node nor pod reaches a server of this machine; the machine itself does."""
    gateway = _gateway(podman, attempt)
    with socket.create_connection((gateway, listener), timeout=5):
        pass
    curl = f"curl -s -o /dev/null --max-time 3 http://{gateway}:{listener}"
    assert "exit=7" in podman.workstation(attempt, curl)
    node = f"grader-{attempt}-control-plane"
    assert podman.engine.execute(node, "sh", "-c", curl).exit_code == 7
    pod = f"nsenter -t $(pgrep -f /app/serve.py | head -n 1) -n {curl}"
    assert podman.engine.execute(node, "sh", "-c", pod).exit_code == 7


def test_unknown_image_can_not_be_pulled(podman: Product, attempt: str) -> None:
    """A pod with an image that is not in the node waits for it, as nothing is fetched from outside."""
    typed = podman.workstation(
        attempt,
        "kubectl run stranger -n default --image=docker.io/library/nginx --restart=Never &&"
        " kubectl wait pod/stranger -n default --timeout=60s"
        " --for=jsonpath='{.status.containerStatuses[0].state.waiting.reason}'=ErrImagePull;"
        " kubectl delete pod stranger -n default --wait=false",
    )
    assert "condition met" in typed, typed


@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        ({"hostPID": True}, "share the node"),
        ({"hostNetwork": True}, "share the node"),
        ({"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}, "mount no folder"),
        (
            {"volumes": [{"name": "v", "hostPath": {"path": "/srv/pivori-studio/data/../.."}}]},
            "must not contain '..'",
        ),
        (
            {"containers": [{"name": "p", "image": "x", "securityContext": {"privileged": True}}]},
            "privileged",
        ),
    ],
)
def test_pod_can_not_become_the_node(
    podman: Product, attempt: str, overrides: dict[str, object], why: str
) -> None:
    """A pod that would be the node, which is this machine, is refused, and the refusal says why."""
    spec = json.dumps({"spec": overrides})
    typed = podman.workstation(
        attempt,
        f"kubectl run p -n pivori-production --image=x --restart=Never --overrides='{spec}'",
    )
    assert why in typed, typed
    assert "exit=1" in typed


@pytest.mark.parametrize(
    "question",
    [
        "get secrets -n kube-system",
        "create pods -n kube-system",
        "create clusterrolebindings",
        "create persistentvolumes",
        "delete validatingadmissionpolicies",
        "create validatingwebhookconfigurations",
        "get nodes --subresource=proxy",
        "patch nodes",
    ],
)
def test_rights_end_at_the_namespace(podman: Product, attempt: str, question: str) -> None:
    """The candidate has no rights by which the namespace could be left."""
    typed = podman.workstation(attempt, f"kubectl auth can-i {question}")
    assert "no" in typed.splitlines(), typed


def test_nothing_of_the_grader_at_the_workstation(podman: Product, attempt: str) -> None:
    """No check, answer, credential of the grader or engine's socket lies where the candidate is."""
    typed = podman.workstation(
        attempt,
        r"find / -xdev \( -name 'right-*' -o -name 'wrong-*' -o -name '*.sock' -o -name 'services.toml'"
        r" -o -name 'test_deploy*' -o -name 'admin.conf' \) 2>/dev/null; id -u; cat ~/.kube/config",
    )
    assert typed.splitlines()[0] == "1000", typed
    assert "kubernetes-admin" not in typed
    for tool in ("sudo -n true", "su -c true root"):
        assert "exit=0" not in podman.workstation(attempt, tool)
