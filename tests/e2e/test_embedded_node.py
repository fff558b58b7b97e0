"""The simulated node and its cluster in an administrator's hands: cordon, drain, taints, quotas, owners and scaling."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from grader.sandbox.embedded.places import Places
from grader.sandbox.process import Commands
from grader.sandbox.tools.resolve import pinned_tool
from tests.e2e.bare import Bare
from tests.e2e.product import wait_for

pytestmark = pytest.mark.engine

_NODE = "studio-node"
_LIMIT_S = 120
_FEWEST_PODS = {
    "apiVersion": "policy/v1",
    "kind": "PodDisruptionBudget",
    "metadata": {"name": "all-of-audio", "namespace": "pivori-production"},
    "spec": {
        "minAvailable": 1,
        "selector": {"matchLabels": {"app.kubernetes.io/name": "audio"}},
    },
}
_TOLERANT = [
    {
        "op": "add",
        "path": "/spec/template/spec/tolerations",
        "value": [{"key": "broken", "operator": "Exists"}],
    }
]

Kubectl = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def kubectl(bare: Bare) -> Iterator[Kubectl]:
    """The real kubectl with the rights of an administrator of a ready attempt."""
    attempt = bare.json("start", "service-down", "--seed", "1")["attempt"]["id"]
    program = pinned_tool("kubectl", lambda _: None, Commands())
    config = Places(bare.home / "attempts" / attempt).kubeconfig

    def run(*words: str, typed: Any = None, fine: bool = True) -> Any:
        done = subprocess.run(
            [program, "--kubeconfig", config, "-n", "pivori-production", *words],
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            input=None if typed is None else json.dumps(typed),
            check=False,
        )
        assert not fine or done.returncode == 0, done.stderr
        return done

    yield run
    bare.run("stop", attempt)


@pytest.fixture(autouse=True)
def _as_before(kubectl: Kubectl) -> Iterator[None]:
    """After each test the node takes pods, and every service is there again."""
    yield
    kubectl("uncordon", _NODE)
    kubectl("taint", "nodes", _NODE, "broken-", fine=False)
    kubectl("rollout", "status", "deployment/audio", f"--timeout={_LIMIT_S}s")
    kubectl("rollout", "status", "deployment/game", f"--timeout={_LIMIT_S}s")


def _pods(kubectl: Kubectl, service: str) -> Sequence[Any]:
    """A service's pods, without those that are on their way out."""
    selector = f"app.kubernetes.io/name={service}"
    found = json.loads(kubectl("get", "pods", "-l", selector, "-o", "json").stdout)
    return [pod for pod in found["items"] if "deletionTimestamp" not in pod["metadata"]]


def _names(pods: Sequence[Any]) -> set[str]:
    return {pod["metadata"]["name"] for pod in pods}


def _messages(kubectl: Kubectl, reason: str) -> str:
    words = ("get", "events", "--field-selector", f"reason={reason}", "-o", "json")
    return " ".join(event["message"] for event in json.loads(kubectl(*words).stdout)["items"])


def test_a_cordoned_node_takes_no_pod(kubectl: Kubectl) -> None:
    """The scheduler says so, and what runs goes on."""
    kubectl("cordon", _NODE)
    before = _names(_pods(kubectl, "audio"))
    kubectl("rollout", "restart", "deployment/audio")
    wait_for(lambda: "unschedulable" in _messages(kubectl, "FailedScheduling"), "it is told")
    states = {pod["metadata"]["name"]: pod["status"]["phase"] for pod in _pods(kubectl, "audio")}
    assert {name for name, phase in states.items() if phase == "Running"} == before
    assert "Pending" in states.values()


def test_a_drain_evicts_what_no_budget_holds(kubectl: Kubectl) -> None:
    """One that a disruption budget holds stays, until the budget is gone."""
    kubectl("apply", "-f", "-", typed=_FEWEST_PODS)
    wait_for(
        lambda: (
            '"observedGeneration":1' in kubectl("get", "pdb", "-o", "jsonpath={..status}").stdout
        ),
        "the budget is known",
    )
    held, others = _names(_pods(kubectl, "audio")), _names(_pods(kubectl, "game"))
    drain = ("drain", _NODE, "--ignore-daemonsets", "--delete-emptydir-data", "--force")
    stopped = kubectl(*drain, "--timeout=8s", fine=False)
    assert stopped.returncode != 0
    assert "violate the pod's disruption budget" in stopped.stderr
    assert held <= _names(_pods(kubectl, "audio"))
    assert not others & _names(_pods(kubectl, "game"))
    kubectl("delete", "pdb", "all-of-audio")
    kubectl(*drain, f"--timeout={_LIMIT_S}s")
    assert not held & _names(_pods(kubectl, "audio"))


def test_a_taint_drives_out_what_does_not_tolerate_it(kubectl: Kubectl) -> None:
    """And keeps it out."""
    kubectl("patch", "deployment", "game", "--type=json", "-p", json.dumps(_TOLERANT))
    kubectl("rollout", "status", "deployment/game", f"--timeout={_LIMIT_S}s")
    driven, kept = _names(_pods(kubectl, "audio")), _names(_pods(kubectl, "game"))
    kubectl("taint", "nodes", _NODE, "broken=yes:NoExecute")
    wait_for(lambda: not driven & _names(_pods(kubectl, "audio")), "the pods are driven out")
    wait_for(lambda: "untolerated taint" in _messages(kubectl, "FailedScheduling"), "it is told")
    assert kept == _names(_pods(kubectl, "game"))
    assert {pod["status"]["phase"] for pod in _pods(kubectl, "audio")} == {"Pending"}


def test_a_quota_refuses_what_is_too_much(kubectl: Kubectl) -> None:
    """At the API server, by name."""
    kubectl("create", "namespace", "small")
    kubectl("-n", "small", "create", "quota", "little", "--hard=configmaps=1")
    wait_for(
        lambda: "1" in kubectl("-n", "small", "get", "quota", "-o", "jsonpath={..used}").stdout,
        "the quota counts",
    )
    refused = kubectl("-n", "small", "create", "configmap", "mine", fine=False)
    assert "exceeded quota: little" in refused.stderr
    kubectl("delete", "namespace", "small")


def test_what_is_owned_goes_with_its_owner(kubectl: Kubectl) -> None:
    """A Deployment takes its ReplicaSets and pods along."""
    manifest = json.loads(kubectl("get", "deployment", "audio", "-o", "json").stdout)
    before = _names(_pods(kubectl, "audio"))
    kubectl("delete", "deployment", "audio", "--wait=false")
    wait_for(lambda: not before & _names(_pods(kubectl, "audio")), "the pods go")
    sets = kubectl("get", "replicasets", "-l", "app.kubernetes.io/name=audio", "-o", "name").stdout
    assert sets == ""
    kubectl("create", "-f", "-", typed=manifest)


def test_a_scaler_without_metrics_says_so(kubectl: Kubectl) -> None:
    """The controller is at work; nothing in a sandbox measures."""
    kubectl("autoscale", "deployment/audio", "--min=1", "--max=3", "--cpu=80%")
    conditions = ("get", "hpa", "audio", "-o", "jsonpath={.status.conditions[*].reason}")
    wait_for(
        lambda: "FailedGetResourceMetric" in kubectl(*conditions).stdout, "it tells its reason"
    )
    kubectl("delete", "hpa", "audio")


def test_the_node_reports_and_renews(kubectl: Kubectl) -> None:
    """Every condition is a kubelet's, and its lease goes on."""
    status = json.loads(kubectl("get", "node", _NODE, "-o", "json").stdout)["status"]
    reasons = {one["type"]: one["reason"] for one in status["conditions"]}
    assert reasons == {
        "MemoryPressure": "KubeletHasSufficientMemory",
        "DiskPressure": "KubeletHasNoDiskPressure",
        "PIDPressure": "KubeletHasSufficientPID",
        "Ready": "KubeletReady",
    }
    lease = ("-n", "kube-node-lease", "get", "lease", _NODE, "-o", "jsonpath={.spec.renewTime}")
    first = kubectl(*lease).stdout
    wait_for(lambda: kubectl(*lease).stdout > first, "the lease is renewed")
