"""The surroundings fail in the middle of `submit`: an error of ours, no point lost or earned, and the next try finishes it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.judging.authoring.studio_file import load_studio
from grader.model.studio import NAMESPACE
from grader.sandbox.kind.provider import KindProvider
from grader.sandbox.settings import data_folder
from tests.e2e.product import Product, wait_for_line
from tests.e2e.relay import probes_killed

pytestmark = pytest.mark.engine

SCENARIOS = Path(__file__).parent / "scenarios"
MENDED = SCENARIOS / "cheated" / "answers" / "right-mended.sh"


@pytest.fixture(scope="module")
def attempt(podman: Product) -> Iterator[str]:
    """A sandbox whose work is looked at for some seconds, because a service is down."""
    words = ("start", "cheated", "--scenarios", str(SCENARIOS), "--candidate", "Ada")
    made: str = podman.json(*words)["attempt"]["id"]
    yield made
    podman.run("stop", made)


def _disturbed(product: Product, attempt: str, disturb: Callable[[], object]) -> dict[str, Any]:
    """What `submit` prints that is disturbed after its first look; it must end as an error of ours."""
    handed = product.spawn("submit", attempt, "--json")
    wait_for_line(handed, "contrôles réussis")
    disturb()
    said = handed.communicate(timeout=300)[0].decode()
    assert handed.returncode == 4, said
    document: dict[str, Any] = json.JSONDecoder().raw_decode(said, said.index("{"))[0]
    assert "verdict" in document, said
    return document


def _is_still_open(product: Product, attempt: str) -> None:
    """Nothing counts yet, and the attempt can be handed in."""
    seen = product.json("status", attempt)
    assert (seen["condition"], seen["result"]) == ("ready", None), seen


def test_the_cluster_stands_still(podman: Product, attempt: str) -> None:
    """A cluster that stops answering half-way gives no verdict on any check."""
    node = f"grader-{attempt}-control-plane"
    try:
        result = _disturbed(podman, attempt, lambda: podman.engine.run("pause", node).checked())
    finally:
        podman.engine.run("unpause", node)
    assert (result["verdict"], result["points"], result["goes"]) == ("error", 0, "retry")
    assert {check["outcome"] for check in result["checks"]} == {"error"}
    _is_still_open(podman, attempt)


def test_the_api_is_cut(podman: Product, attempt: str) -> None:
    """An API server that can't be reached half-way gives no verdict either, and is seen by who keeps an exam's time."""
    node = f"grader-{attempt}-control-plane"
    cut = "iptables -I INPUT -p tcp --dport 6443 ! -i lo -j REJECT --reject-with tcp-reset"
    mend = cut.replace("-I", "-D", 1)
    folder = podman.home / "attempts" / attempt
    assert KindProvider().answers(attempt, folder)
    try:
        result = _disturbed(
            podman, attempt, lambda: podman.engine.execute(node, "sh", "-c", cut).checked()
        )
        assert not KindProvider().answers(attempt, folder)
    finally:
        podman.engine.execute(node, "sh", "-c", mend)
    assert (result["verdict"], result["points"]) == ("error", 0)
    _is_still_open(podman, attempt)


def test_the_disk_is_full(podman: Product, attempt: str) -> None:
    """Where there is no room for the evidence nothing counts, and the error says so."""
    results = podman.home / "results" / attempt
    results.mkdir(parents=True, exist_ok=True)
    small = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(results)]
    if subprocess.run(small, check=False, capture_output=True).returncode != 0:
        pytest.skip("this user may not mount a small disk")
    try:
        refused = podman.json("submit", attempt, exit_code=3)
    finally:
        subprocess.run(["umount", str(results)], check=True)
    assert refused["error"]["code"] == "disk-full"
    _is_still_open(podman, attempt)


def test_a_probe_is_killed(podman: Product, attempt: str, tmp_path: Path) -> None:
    """Work that is mended is judged but for the check whose probe breaks off each time: that one is an error of ours."""
    image = load_studio(data_folder("fixtures")).services["payment"].image
    script = MENDED.read_text("utf-8").replace("{{ services.payment.image }}", image)
    typed = podman.workstation(attempt, script.replace("{{ namespace }}", NAMESPACE))
    assert "exit=0" in typed, typed
    kubeconfig = podman.home / "attempts" / attempt / "kubeconfig"
    with probes_killed(kubeconfig, tmp_path) as killed:
        result = podman.json("submit", attempt, exit_code=4)
    assert killed
    assert (result["verdict"], result["goes"]) == ("error", "retry")
    outcomes = {check["id"]: check["outcome"] for check in result["checks"]}
    assert {name for name, outcome in outcomes.items() if outcome != "passed"} == {"answers"}
    assert outcomes["answers"] == "error"
    _is_still_open(podman, attempt)


def test_the_next_try_finishes_it(podman: Product, attempt: str) -> None:
    """After all that the mended work gets every point, once."""
    result = podman.json("submit", attempt)
    assert (result["verdict"], result["points"]) == ("passed", result["max_points"])
    assert podman.json("submit", attempt)["submitted_at"] == result["submitted_at"]
