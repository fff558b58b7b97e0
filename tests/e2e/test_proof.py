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
_OTHERS = [name for name in find_scenarios(data_folder("scenarios")) if name != _WHOLE]


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


def test_all_of_it(podman: Product, tmp_path: Path) -> None:
    """deploy-service is proved with its rewrites and mutants, at least 95 % of which lose points; nothing is left."""
    document = _proved(podman, tmp_path / "proof.json", _WHOLE, "--jobs", "2")
    (proof,) = document["scenarios"]
    assert proof["groups"] == dict.fromkeys(
        ("untouched", "right", "wrong", "rewrites", "mutants", "teardown"), "passed"
    )
    assert proof["mutation"]["percent"] >= 95
    grounds = {claim["ground"] for claim in proof["claims"] if claim["group"] == "mutants"}
    assert grounds == {"cluster", "record"}
    assert podman.leftovers() == []


@pytest.mark.parametrize("scenario", _OTHERS)
def test_its_answers(podman: Product, tmp_path: Path, scenario: str) -> None:
    """Untouched it earns nothing, each right answer everything, each wrong one what it declares, also judged again."""
    only = ("--only", "untouched", "--only", "right", "--only", "wrong")
    document = _proved(podman, tmp_path / "proof.json", scenario, "--jobs", "2", *only)
    assert document["verdict"] == "passed"
