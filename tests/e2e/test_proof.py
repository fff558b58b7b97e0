"""Every scenario of the product is proved, on real sandboxes, as `grader prove` does it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from grader.judging.scenario_folder import find_scenarios
from grader.sandbox.settings import data_folder
from tests.e2e.product import COMMAND, Product

pytestmark = pytest.mark.engine

_LIMIT_S = 1500
_WHOLE = "deploy-service"


def _proved(product: Product, file: Path, *words: str) -> dict[str, Any]:
    """Prove, which must succeed; the JSON document."""
    done = subprocess.run(
        [COMMAND, "prove", *words, "--no-cache", "--json", str(file)],
        env=product.environment,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    document: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return document


@pytest.mark.parametrize("scenario", find_scenarios(data_folder("scenarios")))
def test_proved(podman: Product, tmp_path: Path, scenario: str) -> None:
    """Untouched it earns nothing, each right answer everything, each wrong one what it declares, also judged again.

    One scenario is proved wholly, with its rewrites and mutants, at least 95 % of which lose points; of the
    others a quick proof is made. `make prove` proves all of them wholly. Nothing is left.
    """
    whole = scenario == _WHOLE
    extent = () if whole else ("--quick",)
    document = _proved(podman, tmp_path / "proof.json", scenario, "--jobs", "2", *extent)
    (proof,) = document["scenarios"]
    assert document["verdict"] == "passed"
    assert {proof["groups"][group] for group in ("untouched", "right", "wrong")} == {"passed"}
    if whole:
        assert set(proof["groups"].values()) == {"passed"}
        assert proof["mutation"]["percent"] >= 95
        grounds = {claim["ground"] for claim in proof["claims"] if claim["group"] == "mutants"}
        assert grounds == {"cluster", "record"}
    assert podman.leftovers() == []
