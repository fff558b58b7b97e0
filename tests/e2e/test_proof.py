"""Every scenario of the product is proved, on real sandboxes, as `grader prove` does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.judging.authoring.scenario_folder import find_scenarios
from grader.sandbox.settings import data_folder
from tests.e2e.product import Product

pytestmark = pytest.mark.engine

_LIMIT_S = 2400


def test_every_scenario_is_proved_quickly(podman: Product, tmp_path: Path) -> None:
    """Untouched they earn nothing, a right answer earns everything, and two wrong ones what they declare.

    All in one go, in sandboxes that are reset: while one waits for something to settle, another goes on. `make prove`
    proves them wholly.
    """
    file = tmp_path / "proof.json"
    words = ("--quick", "--jobs", "2", "--no-cache", "--json", str(file))
    done = podman.run("prove", *words, limit_s=_LIMIT_S)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    document = json.loads(file.read_text("utf-8"))
    assert document["verdict"] == "passed"
    assert podman.leftovers() == []
    proofs: dict[str, dict[str, Any]] = {one["scenario"]: one for one in document["scenarios"]}
    assert sorted(proofs) == sorted(find_scenarios(data_folder("scenarios")))
    for name, proof in proofs.items():
        made = [claim["group"] for claim in proof["claims"]]
        assert sorted(set(made)) == ["right", "teardown", "untouched", "wrong"], name
        assert made.count("wrong") == 2, name
        assert set(proof["groups"].values()) == {"passed"}, name
