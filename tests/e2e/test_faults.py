"""The surroundings fail: killed, interrupted, or without an engine; nothing stays behind unnamed."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.e2e.product import Product, kill, wait_for_line

pytestmark = pytest.mark.engine


@pytest.fixture(autouse=True)
def nothing_left(podman: Product) -> Iterator[None]:
    """What a failed test leaves does not make the next one fail."""
    yield
    podman.run("stop", "--all")


# From the first thing that is made to the last: phases as `start` prints them.
_MOMENTS = ("network", "node", "control plane", "releases", "egress proof")


@pytest.mark.parametrize("moment", _MOMENTS)
def test_killed_start_is_named_and_cleared(podman: Product, moment: str) -> None:
    """A start that is killed is shown as interrupted with what is left of it, and `stop` clears it."""
    start = podman.spawn("start", "deploy-service", "--lang", "en")
    wait_for_line(start, f"… {moment}")
    kill(start)
    listed = podman.json("status")["attempts"]
    assert [a["condition"] for a in listed] == ["interrupted"], listed
    attempt = listed[0]["id"]
    assert any(f"grader stop {attempt}" in line for line in listed[0]["next"])
    podman.json("stop", attempt)
    assert podman.leftovers() == []
    assert podman.json("status")["attempts"] == []
    assert not list((podman.home / "attempts").glob("*"))


@pytest.mark.parametrize(
    ("moment", "number"), [("node", signal.SIGINT), ("services ready", signal.SIGTERM)]
)
def test_interrupted_start_cleans_up(podman: Product, moment: str, number: signal.Signals) -> None:
    """Ctrl-C, or an order to end, leaves nothing behind and says that it was interrupted."""
    start = podman.spawn("start", "deploy-service", "--lang", "en")
    wait_for_line(start, f"… {moment}")
    start.send_signal(number)
    said = start.communicate(timeout=60)[0].decode()
    assert start.returncode == 130, said
    assert "Traceback" not in said
    assert podman.leftovers() == []
    assert podman.json("status")["attempts"] == []


def test_engine_program_killed_half_way(podman: Product) -> None:
    """A node that dies during the start is a clear error of ours, and all of it is cleared."""
    start = podman.spawn("start", "deploy-service", "--lang", "en")
    wait_for_line(start, "… control plane")
    node = next(name for name in podman.engine.containers("grader-") if name.endswith("-plane"))
    podman.engine.run("kill", node)
    said = start.communicate(timeout=180)[0].decode()
    assert start.returncode in {3, 4}, said
    assert "error" in said
    assert "Traceback" not in said
    assert podman.leftovers() == []


def test_node_dies_under_the_candidate(podman: Product) -> None:
    """With its node dead an attempt is gone and can't be judged: an error of ours, no verdict; `stop` clears it."""
    attempt = podman.start()
    podman.engine.run("kill", f"grader-{attempt}-control-plane")
    refused = podman.json("submit", attempt, exit_code=4)
    assert refused["error"]["code"] == "sandbox-gone"
    seen = podman.json("status", attempt)
    assert seen["condition"] == "gone", seen
    node, workstation = f"grader-{attempt}-control-plane", f"grader-{attempt}-workstation"
    assert seen["not_running"] == [f"container {node}"]
    assert {f"container {node}", f"container {workstation}"} <= set(seen["remains"])
    assert seen["next"] == [f"grader stop {attempt}"]
    podman.json("stop", attempt)
    assert podman.leftovers() == []


def test_others_are_left_alone(podman: Product) -> None:
    """`stop --all` ends nothing that the grader did not start, whatever it is called."""
    name = "grader-like-but-not-ours"
    image = podman.engine.run("images", "--format", "{{.Repository}}:{{.Tag}}").text.split()
    workstation = next(line for line in image if "grader-workstation" in line)
    podman.engine.run("run", "--detach", "--name", name, workstation).checked()
    bystander = subprocess.Popen(["tail", "-f", "/dev/null", "--pid", "1"], cwd="/")
    try:
        attempt = podman.start()
        podman.json("stop", "--all")
        assert podman.engine.containers("grader-") == [name]
        assert bystander.poll() is None
        assert attempt
    finally:
        bystander.kill()
        bystander.wait()
        podman.engine.remove_containers([name])
