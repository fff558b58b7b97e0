"""Every scenario of the product is proved, on real sandboxes, as `grader prove` does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.judging.scenario_folder import find_scenarios
from grader.sandbox.settings import data_folder
from tests.e2e.product import Product

pytestmark = pytest.mark.engine

_LIMIT_S = 2400
_WHOLE = "deploy-service"
_OTHERS = sorted(set(find_scenarios(data_folder("scenarios"))) - {_WHOLE})


def _proved(product: Product, file: Path, *words: str) -> dict[str, dict[str, Any]]:
    """Prove, which must succeed and leave nothing; the proof of each scenario by its id."""
    done = product.run(
        *("prove", *words, "--jobs", "2", "--no-cache", "--json", str(file)), limit_s=_LIMIT_S
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    document = json.loads(file.read_text("utf-8"))
    assert document["verdict"] == "passed"
    assert product.leftovers() == []
    return {proof["scenario"]: proof for proof in document["scenarios"]}


def test_one_is_proved_wholly(podman: Product, tmp_path: Path) -> None:
    """Every answer is judged as it should be, no rewrite loses points, and of the mutants at least 95 % do.

    `make prove` proves all of them wholly.
    """
    proof = _proved(podman, tmp_path / "proof.json", _WHOLE)[_WHOLE]
    assert set(proof["groups"].values()) == {"passed"}
    assert {"untouched", "right", "wrong", "rewrites", "mutants"} <= set(proof["groups"])
    assert proof["mutation"]["percent"] >= 95
    grounds = {claim["ground"] for claim in proof["claims"] if claim["group"] == "mutants"}
    assert grounds == {"cluster", "record"}


def test_the_others_are_proved_quickly(podman: Product, tmp_path: Path) -> None:
    """Untouched they earn nothing, a right answer earns everything, and two wrong ones what they declare.

    All in one go: while one waits for something to settle, another goes on.
    """
    proofs = _proved(podman, tmp_path / "proof.json", "--quick", *_OTHERS)
    assert sorted(proofs) == _OTHERS
    for name, proof in proofs.items():
        made = [claim["group"] for claim in proof["claims"]]
        assert sorted(set(made)) == ["right", "teardown", "untouched", "wrong"], name
        assert made.count("wrong") == 2, name
        assert set(proof["groups"].values()) == {"passed"}, name
