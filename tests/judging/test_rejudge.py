"""Recorded evidence judged again: the same as live, by today's checks, many at once, and anywhere."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from grader.judging import rejudge_many as many
from grader.judging.rejudge import rejudge, same_as_recorded
from grader.judging.rejudge_many import rejudge_many
from grader.judging.submit import submit
from grader.model.errors import Code, GraderError
from grader.model.observation import StartingPoint
from grader.model.rejudgement import Crossing, Rejudgement
from grader.model.scenario import Scenario
from tests.judging.doubles import HandClock, still
from tests.judging.folder import ScenarioFolder
from tests.judging.world import (
    SCENARIOS,
    World,
    baseline_world,
    deploy_service,
    solved_world,
)

BASELINE = StartingPoint.of(baseline_world().observation())


def recorded(folder: Path, world: World, scenario: Scenario | None = None) -> Path:
    """The evidence of a submission of a world."""
    submission = submit(
        still(world), scenario or deploy_service(), BASELINE, folder=folder, clock=HandClock()
    )
    assert submission.evidence is not None
    return submission.evidence


def half_done() -> World:
    """Work that fails a few checks: one pod is missing."""
    world = solved_world()
    pods = world.pods("geolocation")
    world.remove("v1/Pod", pods[0]["metadata"]["name"])
    return world


@pytest.mark.parametrize("make", [baseline_world, half_done, solved_world])
def test_replayed_results_equal_live_ones(make: Callable[[], World], tmp_path: Path) -> None:
    """Evidence judged again gives the very same results, to the letter."""
    path = recorded(tmp_path, make())
    again = rejudge(path, SCENARIOS)
    assert again.now.results == again.then.results
    assert (again.changed, again.changes, again.crossing) == (False, [], Crossing.NONE)
    assert again.same_code
    assert same_as_recorded(path, SCENARIOS) == []


def test_rejudging_uses_today_s_checks(tmp_path: Path) -> None:
    """Evidence is judged by the checks as they are now, and every changed point is named."""
    path = recorded(tmp_path, solved_world())
    scenarios = tmp_path / "scenarios"
    copytree(SCENARIOS / "deploy-service", scenarios / "deploy-service")
    checks = scenarios / "deploy-service" / "test_deploy_service.py"
    checks.write_text(checks.read_text().replace("equal_to(200)", "equal_to(204)"))
    again = rejudge(path, scenarios)
    assert [(c.id, c.earned_then, c.earned_now) for c in again.changes] == [("health", 8, 0)]
    assert again.points == (100, 92)
    assert not again.same_code
    assert same_as_recorded(path, scenarios) == ["health: failed, was passed (200)"]


def test_checks_that_came_and_went_are_changes(scenario_folder: ScenarioFolder) -> None:
    """A check that there was not, or is no more, is shown with the points of its side only."""
    path = recorded(scenario_folder.path, solved_world(), scenario_folder.load())
    scenario_folder.write(
        "test_small.py",
        "from grader.checks import check\n"
        "@check(points=7, fr='x', en='new')\ndef test_three(): assert 0\n"
        "@check(points=1, guard=True, fr='deux', en='two')\ndef test_two(changes): pass\n",
    )
    scenario_folder.write("answers/wrong-way.sh", "# expects: failed=three\n")
    again = rejudge(path, scenario_folder.path.parent)
    changes = {change.id: (change.then, change.now) for change in again.changes}
    assert set(changes) == {"three", "one", "two"}
    assert (changes["three"][0], changes["one"][1]) == (None, None)
    assert again.crossing is Crossing.DOWN
    assert same_as_recorded(path, scenario_folder.path.parent)


def test_a_defect_of_today_s_checks_is_an_error(scenario_folder: ScenarioFolder) -> None:
    """Checks that break down today decide nothing: the verdict crosses to error, not to failed."""
    path = recorded(scenario_folder.path, solved_world(), scenario_folder.load())
    scenario_folder.write(
        "test_small.py",
        "from grader.checks import check\n"
        "@check(points=4, fr='un', en='one')\ndef test_one(cluster): {}['a']\n",
    )
    again = rejudge(path, scenario_folder.path.parent)
    assert again.crossing is Crossing.ERROR
    differences = same_as_recorded(path, scenario_folder.path.parent)
    assert any(line.startswith("one: error, was passed (KeyError") for line in differences)


def test_many_at_once_in_order(tmp_path: Path) -> None:
    """Several files are judged by several processes, each as alone, and come back in their order."""
    paths = [recorded(tmp_path, make()) for make in (solved_world, half_done, baseline_world)]
    foreign = tmp_path / "foreign.json.gz"
    foreign.write_bytes(gzip.compress(b"{}"))
    order = [paths[0], foreign, paths[1], tmp_path / "missing", paths[2], paths[0]]
    found = list(rejudge_many([(path, SCENARIOS) for path in order], workers=2))
    points = [one.points if isinstance(one, Rejudgement) else one.code for one in found]
    alone = [rejudge(path, SCENARIOS).points for path in paths]
    assert points == [alone[0], Code.USAGE, alone[1], Code.USAGE, alone[2], alone[0]]
    assert "altered" in str(found[1])
    assert "No such file" in str(found[3])


def test_a_worker_that_dies_takes_no_verdict_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a judging process is killed, its files are errors of ours that say so."""
    path = recorded(tmp_path, solved_world())
    monkeypatch.setattr(many, "_outcome", _die)
    found = list(rejudge_many([(path, SCENARIOS)] * 3, workers=2))
    assert {one.code for one in found if isinstance(one, GraderError)} == {Code.JUDGING_FAILED}
    assert len(found) == 3


def _die(_task: many.Task) -> many.Outcome:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_one_bad_file_keeps_no_other_from_being_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also an exception that nobody foresaw is told beside the results of the others."""
    path = recorded(tmp_path, solved_world())

    def broken(_path: Path, _scenarios: Path) -> Rejudgement:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr(many, "rejudge", broken)
    (found,) = rejudge_many([(path, SCENARIOS)])
    assert isinstance(found, GraderError)
    assert "nobody foresaw this" in str(found)


@pytest.mark.parametrize(
    ("bend", "says"),
    [
        (lambda data: data[:-20], "ends too early"),
        (lambda data: data[:900] + bytes([data[900] ^ 1]) + data[901:], ""),
        (lambda data: data + b"more", "more follows"),
        (lambda _data: b"", ""),
        (lambda _data: b"PK\x03\x04", "not compressed as it should be"),
    ],
    ids=["truncated", "flipped", "appended", "empty", "foreign"],
)
def test_altered_evidence_is_refused(
    tmp_path: Path, bend: Callable[[bytes], bytes], says: str
) -> None:
    """A truncated, altered or foreign file is refused as such, with its path."""
    path = recorded(tmp_path, solved_world())
    path.write_bytes(bend(path.read_bytes()))
    with pytest.raises(GraderError, match="no evidence that can be judged") as raised:
        rejudge(path, SCENARIOS)
    assert raised.value.code is Code.USAGE
    assert raised.value.where == str(path)
    assert says in str(raised.value)


def test_evidence_regrades_on_a_machine_without_any_engine(tmp_path: Path) -> None:
    """Copied to another home, with nothing on PATH, evidence gives the same points by the command."""
    paths = [recorded(tmp_path / "here", make()) for make in (solved_world, half_done)]
    there = tmp_path / "there"
    copytree(tmp_path / "here", there / "evidence")
    done = subprocess.run(
        [Path(sys.executable).parent / "grader", "regrade", there / "evidence", "--json"],
        env={"PATH": str(there), "HOME": str(there), "GRADER_HOME": str(there / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    points = {Path(e["evidence"]).name: e["now"]["points"] for e in document["evidence"]}
    assert points == {path.name: rejudge(path, SCENARIOS).points[0] for path in paths}
    assert document["summary"]["unchanged"] == 2
    # Nothing was started, made or opened for it.
    assert not (there / "home").exists()
