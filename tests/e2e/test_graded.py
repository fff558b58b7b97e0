"""The main job, from start to verdict, on each engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.product import Product, stored_answer

pytestmark = pytest.mark.engine


def _outcomes(result: dict[str, object]) -> dict[str, str]:
    checks = result["checks"]
    assert isinstance(checks, list)
    return {check["id"]: check["outcome"] for check in checks}


def _require_closed(product: Product, attempt: str) -> None:
    """An address outside is refused at once, and a name outside is not resolved."""
    outside = product.workstation(attempt, "curl -s --max-time 3 http://198.51.100.1")
    named = product.workstation(attempt, "curl -s --max-time 9 http://example.com")
    assert "exit=7" in outside, outside
    assert "exit=6" in named or "exit=28" in named, named


def _require_apart(product: Product, attempt: str, other: str) -> None:
    """From one workstation the other attempt's API server does not answer, and nothing tells of it."""
    found = product.engine.container(f"grader-{other}-control-plane")
    assert found is not None
    address = found["NetworkSettings"]["Networks"][f"grader-{other}"]["IPAddress"]
    curl = f"curl -sk --max-time 3 https://{address}:6443/version"
    assert "gitVersion" in product.workstation(other, curl)
    assert "exit=7" in product.workstation(attempt, curl)
    seen = product.workstation(attempt, "kubectl get nodes -o name; kubectl cluster-info")
    assert other not in seen


def _require_on_record(result: dict[str, Any]) -> None:
    """What was typed is in the audit log by the candidate's name, and nothing of the log is missing."""
    wrote = {
        write["user"]
        for write in result["audit"]["writes"]
        if (write["resource"], write["name"]) == ("deployments.apps", "geolocation")
    }
    assert wrote == {"candidate"}, json.dumps(result["audit"], indent=1)
    assert result["audit"]["findings"] == []


def test_two_attempts_at_once(product: Product) -> None:
    """Two attempts side by side, apart and cut off from the internet: one untouched gets no objective point, one solved gets all.

    The other one was damaged before, and brought back to its start.
    """
    idle = product.start("--candidate", "Idle")
    busy = product.start()
    _require_closed(product, idle)
    _require_apart(product, idle, busy)

    damage = "kubectl delete deployment payment -n pivori-production; rm -rf helm data/routing/*"
    assert "exit=0" in product.workstation(busy, damage)
    product.json("reset", busy)
    typed = product.workstation(busy, stored_answer("right-helm-install"))
    assert "exit=0" in typed, typed
    solved = product.json("submit", busy)
    assert solved["points"] == solved["max_points"] == 100, json.dumps(solved, indent=1)
    assert solved["passed"] is True
    _require_on_record(solved)

    # The other one's work is not seen here.
    untouched = product.json("submit", idle, exit_code=1)
    assert untouched["points"] == 0
    objectives = {c["outcome"] for c in untouched["checks"] if c["kind"] == "objective"}
    guards = {c["outcome"] for c in untouched["checks"] if c["kind"] == "guard"}
    assert objectives == {"failed"}
    assert guards == {"passed"}

    # The evidence outlives the sandbox.
    product.json("stop", "--all")
    assert product.leftovers() == []
    assert not list((product.home / "attempts").glob("*"))
    assert Path(solved["evidence"]["path"]).exists()


def test_wrong_values_then_right(podman: Product) -> None:
    """A practice check names what is wrong, and the mended work gets full points in the same sandbox."""
    attempt = podman.start()
    wrong = stored_answer("wrong-default-values")
    assert "exit=0" in podman.workstation(attempt, wrong)
    seen = podman.json("check", attempt, exit_code=1)
    failed = {name for name, outcome in _outcomes(seen).items() if outcome == "failed"}
    assert failed == {"production-values"}

    mended = (
        "helm upgrade geolocation helm/geolocation -n pivori-production"
        " -f helm/geolocation/values-production.yaml --wait --timeout 90s"
    )
    assert "exit=0" in podman.workstation(attempt, mended)
    result = podman.json("submit", attempt)
    assert result["points"] == 100, json.dumps(result, indent=1)
    # Handing in twice gives the first receipt, not a second judging.
    assert podman.json("submit", attempt)["submitted_at"] == result["submitted_at"]
    podman.run("stop", attempt)
