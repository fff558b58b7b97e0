"""The studio as the guide has it: runbooks typed literally, data that is real, releases that roll back."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pexpect
import pytest

from tests.e2e.product import Product

pytestmark = pytest.mark.engine

_PROMPT = r"ubuntu@studio.*\$ "
_INSTALL = (
    "helm install geolocation ./helm/geolocation -n pivori-production"
    " -f helm/geolocation/values-production.yaml"
)


@pytest.fixture(scope="module")
def attempt(podman: Product) -> Iterator[str]:
    """One ready attempt, shared by this module's tests."""
    made = podman.start()
    yield made
    podman.run("stop", made)


def test_runbook_typed_in_the_shell(podman: Product) -> None:
    """The guide's commands for deploying, typed by hand in `grader shell`, give full points."""
    attempt = podman.start()
    shell = podman.shell(attempt)
    try:
        shell.expect(_PROMPT)
        for line, answer in (
            ("bash scripts/backup/run-tests.sh all", "0 en échec"),
            (
                _INSTALL,
                "STATUS: deployed",
            ),
            (
                "kubectl rollout status deployment/geolocation -n pivori-production",
                "successfully rolled out",
            ),
            ("kubectl get pods -n pivori-production", r"geolocation-.*Running"),
            ("kubectl logs deployment/geolocation -n pivori-production", "listens on port 8010"),
        ):
            shell.sendline(line)
            shell.expect(answer)
            shell.expect(_PROMPT)
        shell.sendline("kubectl port-forward svc/geolocation 8010:8010 -n pivori-production &")
        shell.expect("Forwarding from 127.0.0.1:8010")
        shell.sendline("curl http://localhost:8010/health")
        shell.expect('"status": "ok"')
        shell.sendline("kill %1; exit")
        shell.expect(pexpect.EOF)
        # History and files survive the shell.
        typed = podman.workstation(attempt, "cat ~/.bash_history")
        assert "helm install geolocation" in typed
        assert podman.json("submit", attempt)["points"] == 100
    finally:
        shell.close(force=True)
        podman.run("stop", attempt)


def test_data_is_one_folder(podman: Product, attempt: str) -> None:
    """What a service stores lies in the studio's folder, and what is restored there it serves at once."""
    script = """
    kubectl port-forward -n pivori-production svc/payment 8022:8022 >/dev/null &
    until curl -s -o /dev/null localhost:8022/health; do sleep 0.1; done
    cp data/payment/store.json /tmp/before.json
    curl -s -X PUT -H 'Content-Type: application/json' -d '{"amount": 7}' localhost:8022/data/e2e
    grep -c e2e data/payment/store.json
    cat /tmp/before.json > data/payment/store.json
    curl -s -o /dev/null -w 'after=%{http_code}\\n' localhost:8022/data/e2e
    kill %1
    """
    typed = podman.workstation(attempt, script)
    assert "\n1\n" in typed.replace("}1\n", "}\n1\n"), typed
    assert "after=404" in typed, typed


def test_services_call_each_other(podman: Product, attempt: str) -> None:
    """A trace id goes through the whole path of calls between pods and comes back."""
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    script = f"""
    kubectl port-forward -n pivori-production svc/leaderboard 8041:8041 >/dev/null &
    until curl -s -o /dev/null localhost:8041/health; do sleep 0.1; done
    curl -s -H 'traceparent: 00-{trace}-00f067aa0ba902b7-01' localhost:8041/trace
    kill %1
    """
    typed = podman.workstation(attempt, script)
    assert trace in typed, typed


def test_release_rolls_back(podman: Product, attempt: str) -> None:
    """A release that was deployed with the sandbox can be upgraded, shown in its history and rolled back."""
    release = "watermark"
    typed = podman.workstation(
        attempt,
        f"helm upgrade {release} helm/{release} -n pivori-production --set replicaCount=2 --wait"
        f" && helm history {release} -n pivori-production"
        f" && helm rollback {release} 1 -n pivori-production --wait"
        f" && helm history {release} -n pivori-production -o json | jq -c '.[].description'"
        f" && kubectl get deployment {release} -n pivori-production -o jsonpath='{{.spec.replicas}}'",
    )
    assert '"Install complete"\n"Upgrade complete"\n"Rollback to 1"\n1' in typed, typed


def test_tools_are_there(podman: Product, attempt: str) -> None:
    """Everything that a candidate may want to type is installed, with completion."""
    tools = "kubectl helm curl jq less vim nano bash zip unzip"
    typed = podman.workstation(
        attempt, f"for t in {tools}; do command -v $t || echo missing $t; done"
    )
    assert "missing" not in typed
    completion = "bash -ic 'complete -p kubectl helm' 2>/dev/null || ls /usr/share/bash-completion/completions"
    assert "kubectl" in podman.workstation(attempt, completion)
    layout = "ls -d /backups /archives /var/log helm/geolocation scripts && touch /backups/x /archives/x /var/log/x"
    assert "exit=0" in podman.workstation(attempt, layout)


def test_environment_is_not_inherited(podman: Product, attempt: str) -> None:
    """Nothing of the grader's own environment shows at the workstation."""
    typed = podman.workstation(attempt, "env")
    assert "GRADER" not in typed
    assert os.environ.get("HOME", "") not in typed.replace("/home/ubuntu", "")
