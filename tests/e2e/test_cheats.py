"""Cheats on a real cluster: what does not mend the service earns nothing, whoever lets it through.

One sandbox for all. Each cheat is typed, judged, and taken back; what the candidate's rights or the
admission policies refuse is held to be refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.product import Product

pytestmark = pytest.mark.engine

SCENARIOS = Path(__file__).parent / "scenarios"
NS = "pivori-production"
SAVE = f"""set -e; mkdir -p /tmp/saved
for kind in deployment service networkpolicy; do
  kubectl -n {NS} get $kind payment -o json | jq 'del(.status, .metadata.uid, .metadata.resourceVersion,
    .metadata.managedFields, .metadata.creationTimestamp, .metadata.generation)' > /tmp/saved/$kind.json
done"""
RESTORE = f"""kubectl -n {NS} delete pod,service lookalike --ignore-not-found --grace-period=1 >/dev/null
for kind in deployment service networkpolicy; do
  kubectl -n {NS} replace -f /tmp/saved/$kind.json >/dev/null 2>&1 \
    || kubectl -n {NS} create -f /tmp/saved/$kind.json >/dev/null
done"""


def lookalike(service: str, port: int, version: str) -> str:
    """A pod with payment's labels, so that payment's Service leads to it; it runs another service's image."""
    labels = "app.kubernetes.io/name: payment, app.kubernetes.io/instance: payment"
    return f"""kubectl -n {NS} apply -f - <<'POD'
apiVersion: v1
kind: Pod
metadata: {{name: lookalike, namespace: {NS}, labels: {{{labels}}}}}
spec:
  securityContext: {{runAsNonRoot: true, runAsUser: 1000}}
  containers:
    - name: payment
      image: registry.pivori.internal/studio/{service}:{version}
      envFrom: [{{configMapRef: {{name: {service}-config}}}}, {{secretRef: {{name: {service}-secret}}}}]
      ports: [{{name: http, containerPort: {port}}}]
      readinessProbe: {{tcpSocket: {{port: http}}, periodSeconds: 1}}
      volumeMounts: [{{name: data, mountPath: /data}}]
  volumes: [{{name: data, emptyDir: {{}}}}]
POD
kubectl -n {NS} wait --for=condition=Ready pod/lookalike --timeout=30s"""


ROUTING = '{"spec": {"selector": {"app.kubernetes.io/name": "routing", "app.kubernetes.io/instance": "routing"}}}'
CHEATS = {
    "scaled to zero": f"kubectl -n {NS} scale deployment payment --replicas=0",
    "the failing thing deleted": f"kubectl -n {NS} delete deployment payment --wait",
    "the policy deleted": f"kubectl -n {NS} delete networkpolicy payment",
    "a policy that lets everybody in": f"""kubectl -n {NS} patch networkpolicy payment --type=merge \
        -p '{{"spec": {{"ingress": [{{}}]}}}}'""",
    "the Service led to another's pods": f"kubectl -n {NS} patch service payment -p '{ROUTING}'",
    "a pod of another service that answers": lookalike("routing", 8011, "1.9.3"),
    "a bare pod of the right image": lookalike("payment", 8022, "5.0.2"),
}
"""What a candidate can type; each must go through, and earn nothing."""

WEBHOOK = """apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: helpful}
webhooks:
  - name: helpful.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: Ignore
    clientConfig: {service: {name: routing, namespace: pivori-production}}
    rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
"""
STATUS = (
    '{"status": {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1}}'
)
SLICE = f"""apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: payment-mine, namespace: {NS}, labels: {{kubernetes.io/service-name: payment}}}}
addressType: IPv4
endpoints: [{{addresses: [10.244.0.9]}}]
ports: [{{name: http, port: 8022}}]
"""
COREDNS = '{"data": {"Corefile": ".:53 { forward . 1.2.3.4 }"}}'
REFUSED = {
    "status of a Deployment": f"kubectl -n {NS} patch deployment payment --subresource=status "
    f"--type=merge -p '{STATUS}'",
    "status of a pod": f"kubectl -n {NS} patch $(kubectl -n {NS} get pod -o name | head -1) "
    """--subresource=status --type=merge -p '{"status": {"phase": "Running"}}'""",
    "mutating webhook": f"kubectl create -f - <<'X'\n{WEBHOOK}X",
    "CoreDNS's configuration": f"kubectl -n kube-system patch configmap coredns -p '{COREDNS}'",
    "CoreDNS itself": "kubectl -n kube-system scale deployment coredns --replicas=0",
    "endpoints by hand": f"kubectl create -f - <<'X'\n{SLICE}X",
    "admission policy": "kubectl delete validatingadmissionpolicybinding stay-inside",
    "own rights": "kubectl create clusterrolebinding mine --clusterrole=cluster-admin "
    "--user=candidate",
    "node": "kubectl label node --all mine=yes",
}
"""What a candidate may not do at all."""


@pytest.fixture(scope="module")
def attempt(podman: Product) -> Iterator[str]:
    """One sandbox in which payment is down and its policy wrong."""
    words = ("start", "cheated", "--scenarios", str(SCENARIOS))
    made: str = podman.json(*words)["attempt"]["id"]
    assert "exit=0" in podman.workstation(made, SAVE)
    yield made
    podman.run("stop", made)


@pytest.fixture
def restored(podman: Product, attempt: str) -> Iterator[str]:
    """The sandbox; what a test did in it is taken back."""
    yield attempt
    typed = podman.workstation(attempt, RESTORE)
    assert "exit=0" in typed, typed


def judged(product: Product, attempt: str, *, exit_code: int = 1) -> dict[str, Any]:
    """What a check comes to; none of them may be an error."""
    result = product.json("check", attempt, exit_code=exit_code)
    errors = [check for check in result["checks"] if check["outcome"] == "error"]
    assert errors == [], json.dumps(errors, indent=1)
    return result


def outcomes(result: dict[str, Any]) -> dict[str, str]:
    """The outcome of each check."""
    return {check["id"]: check["outcome"] for check in result["checks"]}


def as_administrator(product: Product, attempt: str, script: str) -> str:
    """What a script prints that is run with all rights, for a candidate who got hold of them."""
    prepared = f"export KUBECONFIG=/etc/kubernetes/admin.conf; {script}"
    node = f"grader-{attempt}-control-plane"
    return product.engine.execute(node, "bash", "-c", prepared).text


def test_untouched_earns_nothing(podman: Product, attempt: str) -> None:
    """As the candidate finds it, every objective fails, every guard holds, and there is no point."""
    result = judged(podman, attempt)
    assert result["points"] == 0
    assert outcomes(result) == {
        "runs": "failed",
        "answers": "failed",
        "policy": "failed",
        "others": "passed",
        "nothing-else": "passed",
    }


@pytest.mark.parametrize("cheat", CHEATS)
def test_cheat_earns_nothing(podman: Product, restored: str, cheat: str) -> None:
    """A cheat that goes through earns no point: every objective fails as before."""
    typed = podman.workstation(restored, CHEATS[cheat])
    assert "exit=0" in typed, typed
    result = judged(podman, restored)
    assert result["points"] == 0, json.dumps(result["checks"], indent=1)
    seen = outcomes(result)
    assert {seen[check] for check in ("runs", "answers", "policy")} == {"failed"}
    found = {check["id"]: check["finding"] for check in result["checks"] if check["finding"]}
    assert found["policy"]["since"] or cheat == "the policy deleted"
    assert found["runs"]["since"] or cheat == "the failing thing deleted"


@pytest.mark.parametrize("attempted", REFUSED)
def test_candidates_may_not(podman: Product, restored: str, attempted: str) -> None:
    """What would deceive the grader or the cluster itself is refused by the candidate's rights."""
    typed = podman.workstation(restored, REFUSED[attempted])
    assert "exit=1" in typed, typed
    assert "forbidden" in typed.lower(), typed


@pytest.mark.parametrize(
    ("script", "undo", "names"),
    [
        (
            f"kubectl create -f - <<'X'\n{WEBHOOK}X",
            "kubectl delete mutatingwebhookconfiguration helpful",
            "helpful added",
        ),
        (
            (
                "kubectl -n kube-system get configmap coredns -o yaml > /tmp/coredns.yaml; "
                f"kubectl -n kube-system patch configmap coredns -p '{COREDNS}'"
            ),
            "kubectl replace --force -f /tmp/coredns.yaml",
            "coredns changed",
        ),
    ],
    ids=["mutating webhook", "CoreDNS"],
)
def test_administrators_are_seen(
    podman: Product, restored: str, script: str, undo: str, names: str
) -> None:
    """With all rights it goes through, earns nothing, and the guard names it."""
    as_administrator(podman, restored, script)
    try:
        result = judged(podman, restored)
    finally:
        as_administrator(podman, restored, undo)
    assert result["points"] == 0
    (guard,) = [check for check in result["checks"] if check["id"] == "nothing-else"]
    assert guard["outcome"] == "failed"
    assert names in guard["finding"]["seen"]["en"]


def test_statuses_written_by_an_administrator_are_not_believed(
    podman: Product, restored: str
) -> None:
    """A status that says ready, written by hand with all rights, earns nothing."""
    status = (
        f"kubectl -n {NS} patch deployment payment --subresource=status --type=merge -p '{STATUS}'"
    )
    assert "patched" in as_administrator(podman, restored, status)
    assert judged(podman, restored)["points"] == 0


def test_right_work_gets_every_point(podman: Product, attempt: str) -> None:
    """After all of that, mending it earns full points: the sandbox is as it was, and the checks are fair."""
    answer = SCENARIOS / "cheated" / "answers" / "right-mended.sh"
    script = answer.read_text("utf-8").replace("{{ namespace }}", NS)
    script = script.replace(
        "{{ services.payment.image }}", "registry.pivori.internal/studio/payment:5.0.2"
    )
    typed = podman.workstation(attempt, script)
    assert "exit=0" in typed, typed
    result = judged(podman, attempt, exit_code=0)
    assert result["points"] == result["max_points"] == 100, json.dumps(result["checks"], indent=1)
