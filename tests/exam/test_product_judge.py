"""The product's own judge, as attempts ask it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.exam.attempts.starting_point import load_starting_point, save_starting_point
from grader.exam.product_judge import ProductJudge
from grader.model.errors import Code, GraderError
from grader.model.observation import Observation, StartingPoint
from grader.model.text import Language
from grader.sandbox.settings import data_folder

SCENARIOS = data_folder("scenarios")


def test_reads_the_product_s_scenarios() -> None:
    """Every scenario of the product loads, and has a statement in both languages."""
    judge = ProductJudge()
    found = judge.find(SCENARIOS)
    assert "deploy-service" in found
    for name in found:
        scenario = judge.load(SCENARIOS, name, 3)
        assert scenario.seed == 3
        assert judge.statement(scenario, Language.FRENCH) != judge.statement(
            scenario, Language.ENGLISH
        )


def test_unknown_scenario() -> None:
    """A scenario that there is not gives scenario-unknown."""
    with pytest.raises(GraderError) as caught:
        ProductJudge().load(SCENARIOS, "nope", 0)
    assert caught.value.code is Code.SCENARIO_UNKNOWN


@pytest.mark.parametrize("broken", [False, True])
def test_starting_point_comes_back(broken: bool, tmp_path: Path) -> None:
    """What the sandbox was like is read back as it was, with or without a fault in between."""
    healthy = Observation(
        taken_at="2026-01-01T00:00:00Z",
        objects={"v1/Pod": [{"metadata": {"name": "é"}}]},
        files={"/backups/x": b"\x00\xff", "/none": None},
    )
    found = replace(healthy, objects={}) if broken else healthy
    start = StartingPoint(healthy, found)
    save_starting_point(start, tmp_path)
    assert load_starting_point(tmp_path) == start
