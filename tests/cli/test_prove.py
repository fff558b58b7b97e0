"""`grader prove`: what it shows, what it writes, and what it tells the shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.exam.proofs import proving
from grader.exam.proofs.proving import ProofOrder
from grader.exam.surroundings import Surroundings
from grader.judging.proof.claims import Claim, Group, Proof
from grader.judging.proof.scenario_trials import QUICK
from tests.report.proofs import BAD, BROKEN, GOOD, REFUSED, proof

from .conftest import Grader


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[[Proof], list[ProofOrder]]:
    """Makes the command come to a proof; the orders that it gave."""

    def become(result: Proof) -> list[ProofOrder]:
        orders: list[ProofOrder] = []

        def prove_scenarios(
            _around: Surroundings, order: ProofOrder, on_claim: Callable[[str, Claim], None]
        ) -> Proof:
            orders.append(order)
            for one in result.scenarios:
                for claim in one.claims:
                    on_claim(one.scenario, claim)
            return result

        monkeypatch.setattr(proving, "prove_scenarios", prove_scenarios)
        return orders

    return become


@pytest.mark.parametrize(
    ("scenarios", "code"),
    [
        ((GOOD,), 0),
        ((GOOD, BAD), 1),
        ((BROKEN, BAD), 1),
        ((GOOD, BROKEN), 4),
        ((GOOD, REFUSED), 3),
        ((), 2),
    ],
)
def test_exit_codes(grader: Grader, made: Any, scenarios: tuple[Any, ...], code: int) -> None:
    """Proved is 0, not so 1, our fault 4, a provider that can't 3, nothing to prove wrong use."""
    made(proof(*scenarios))
    assert grader("prove").code == code


def test_what_a_person_sees(grader: Grader, made: Any) -> None:
    """A table of scenarios, each surviving mutant and each difference by name, and the score of all."""
    made(proof(GOOD, BAD))
    ran = grader("prove")
    for words in (
        "deploy-service",
        "✓ 39/40",
        "97.5 %",
        "21.2 s",
        "mutant survives on the cluster: alive 0",
        "wrong: wrong-way",
        "10 points are earned",
        "excepted by the author: PodDisruptionBudget/x deleted: Nobody asked for it",
        "THE STATEMENT ASKS FOR",
        "mutation score: 93.3 % (42 of 45 mutants lose points)",
    ):
        assert words in ran.stdout
    assert "dead 0" not in ran.stderr
    assert "✗ bad-one  wrong: wrong-way  ready 21.2 s  verdict 0.5 s" in ran.stderr


def test_files(grader: Grader, made: Any, tmp_path: Path) -> None:
    """JSON, JUnit and Markdown are written where they are asked for; stdout keeps the table."""
    made(proof(GOOD))
    files = {name: tmp_path / f"proof.{name}" for name in ("json", "junit", "markdown")}
    words = [word for name, file in files.items() for word in (f"--{name}", str(file))]
    ran = grader("prove", *words)
    assert json.loads(files["json"].read_text())["format"] == "grader-proof/v1"
    assert files["junit"].read_text().startswith("<?xml")
    assert (
        files["markdown"].read_text().startswith("# Proof of scenarios: every scenario is proved")
    )
    assert "deploy-service" in ran.stdout


def test_json_on_stdout(grader: Grader, made: Any) -> None:
    """`--json -` prints the document and nothing else there."""
    made(proof(GOOD))
    assert grader("prove", "--json", "-").document["verdict"] == "passed"


def test_a_file_that_cannot_be_written_is_refused_at_once(
    grader: Grader, made: Any, tmp_path: Path
) -> None:
    """A folder that is not there is told before anything is proved."""
    orders = made(proof(GOOD))
    ran = grader("prove", "--junit", str(tmp_path / "none" / "proof.xml"))
    assert ran.code == 2
    assert "there is no folder" in ran.stderr
    assert orders == []


def test_a_table_has_no_idle_column(grader: Grader, made: Any) -> None:
    """What nobody asked for has no column, and without mutants there is no score."""
    made(proof(replace(GOOD, claims=GOOD.of(Group.RIGHT))))
    said = grader("prove", "--only", "right").stdout
    assert {"RIGHT", "READY", "VERDICT"} <= set(said.split())
    assert set(said.split()).isdisjoint({"UNTOUCHED", "MUTANTS", "DRAWS", "SCORE"})
    assert "mutation score" not in said
    assert "62 s on kind" in said


def test_what_is_ordered(grader: Grader, made: Any) -> None:
    """Ids, provider, jobs, the choice of claims and the cache reach the proof."""
    orders = made(proof(GOOD))
    words = "prove a b --provider kind --jobs 2 --only wrong --only mutants --no-cache"
    grader(*words.split())
    grader("prove")
    first, second = orders
    assert (first.scenarios, first.provider, first.jobs, first.cached) == (
        ("a", "b"),
        "kind",
        2,
        False,
    )
    assert first.groups == {Group.WRONG, Group.MUTANTS}
    assert (second.scenarios, second.provider, second.jobs, second.cached) == ((), None, None, True)
    assert second.groups == set(Group)


def test_quick(grader: Grader, made: Any) -> None:
    """A quick proof is ordered as one, and both the table and the document say that it is no more."""
    orders = made(replace(proof(GOOD), quick=True))
    ran = grader("prove", "--quick")
    assert (orders[0].quick, orders[0].groups) == (True, QUICK)
    assert "A quick proof: at most one right answer of each draw and two wrong ones" in ran.stdout
    assert "mutation score:" not in ran.stdout
    assert grader("prove", "--quick", "--json", "-").document["quick"] is True


def test_other_parameters(grader: Grader, made: Any) -> None:
    """A proof begins with seed 0, or with the one that is asked for."""
    orders = made(proof(GOOD))
    grader("prove")
    grader("prove", "--seed", "8")
    assert [order.seed for order in orders] == [0, 8]


def test_quick_of_some_claims(grader: Grader, made: Any) -> None:
    """Together with --only it shows less of fewer."""
    orders = made(replace(proof(GOOD), quick=True))
    ran = grader("prove", "--quick", "--only", "wrong")
    assert (ran.code, orders[0].quick, orders[0].groups) == (0, True, {Group.WRONG})


def test_quick_draws(grader: Grader, made: Any) -> None:
    """A quick proof draws more only where it is asked to."""
    orders = made(replace(proof(GOOD), quick=True))
    ran = grader("prove", "--quick", "--only", "draws")
    assert (ran.code, orders[0].groups) == (0, {Group.DRAWS})


def test_quick_has_not_everything(grader: Grader, made: Any) -> None:
    """What no quick proof shows can't be asked of one."""
    orders = made(proof(GOOD))
    ran = grader("prove", "--quick", "--only", "wrong", "--only", "mutants", "--only", "rewrites")
    assert (ran.code, orders) == (2, [])
    assert "--quick shows no mutants and no rewrites" in ran.stderr
