"""Every stored answer, right and wrong, in a fresh sandbox: exactly the verdicts that it declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.judging.rejudge import same_as_recorded
from grader.judging.scenario_folder import find_scenarios, load_scenario
from grader.model.scenario import Answer
from grader.sandbox.settings import data_folder
from tests.e2e.product import Product

pytestmark = pytest.mark.engine

_SCENARIOS = data_folder("scenarios")
_ANSWERS = [
    pytest.param(scenario, answer, id=f"{scenario}-{answer.name}")
    for scenario in find_scenarios(_SCENARIOS)
    for answer in load_scenario(_SCENARIOS, scenario).answers
]


@pytest.mark.parametrize(("scenario", "answer"), _ANSWERS)
def test_answer_gets_what_it_declares(podman: Product, scenario: str, answer: Answer) -> None:
    """An answer gets the verdicts and points it declares, and the same to the letter when judged again."""
    attempt = podman.json("start", scenario)["attempt"]["id"]
    try:
        typed = podman.workstation(attempt, answer.path.read_text("utf-8"))
        done = podman.run("submit", attempt, "--json")
        result = podman.json("submit", attempt, exit_code=done.returncode)
    finally:
        podman.run("stop", attempt)
    failed = {check["id"] for check in result["checks"] if check["outcome"] != "passed"}
    wanted = result["max_points"] if answer.right else answer.expects.points
    assert (failed, result["points"]) == (set(answer.expects.failed), wanted), typed
    assert same_as_recorded(Path(result["evidence"]["path"]), _SCENARIOS) == []
