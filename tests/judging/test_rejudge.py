"""Recorded evidence judged again: the same as live, by today's checks, many at once, and anywhere."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from grader.judging.recorded import rejudge_many as many
from grader.judging.recorded.evidence import Evidence
from grader.judging.recorded.rejudge import rejudge, same_as_recorded
from grader.judging.recorded.rejudge_many import rejudge_many
from grader.judging.recorded.replay import Outcome
from grader.judging.submit import submit
from grader.model.errors import Code, GraderError
from grader.model.observation import StartingPoint
from grader.model.rejudgement import Crossing, Rejudgement
from grader.model.scenario import Scenario
from tests.judging.doubles import HandClock, still
from tests.judging.folder import ScenarioFolder
from tests.judging.world import (
    GEOLOCATION,
    SCENARIOS,
    World,
    baseline_world,
    deploy_service,
    install,
    solved_world,
)

BASELINE = StartingPoint.of(baseline_world().observation())


def recorded(folder: Path, world: World, scenario: Scenario | None = None) -> Path:
    """The evidence of a submission of a world, looked at once."""
    judged_by = replace(scenario or deploy_service(), settle_s=0)
    submission = submit(still(world), judged_by, BASELINE, folder=folder, clock=HandClock())
    assert submission.evidence is not None
    return submission.evidence


def half_done() -> World:
    """Work that fails a few checks: one pod is missing."""
    world = solved_world()
    pods = world.pods("geolocation")
    world.remove("v1/Pod", pods[0]["metadata"]["name"])
    return world


def default_values() -> World:
    """Work whose every configuration value is wrong: the check names the first one."""
    world = baseline_world()
    install(world, GEOLOCATION, config=dict.fromkeys(GEOLOCATION.config, "wrong"))
    return world


@pytest.mark.parametrize("make", [baseline_world, half_done, default_values, solved_world])
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
    # What guards earn goes with it.
    assert [(c.id, c.earned_then, c.earned_now) for c in again.changes] == [
        ("health", 8, 0),
        ("other-services", 12, 10),
        ("nothing-else-changed", 10, 8),
    ]
    assert again.points == (100, 88)
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


CRASHES = """\
import os, signal, time
from grader.checks import check
SEEN = []

@check(points=1, fr="un", en="one")
def test_one(cluster):
    SEEN.append(1)
    assert len(SEEN) == 1
    replicas = cluster.deployment("geolocation").replicas
    if replicas == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    if replicas == 8:
        os._exit(3)
    if replicas == 9:
        raise KeyboardInterrupt

@check(points=1, fr="deux", en="two")
def test_two(cluster):
    pass
"""


def with_replicas(count: int) -> World:
    """Solved work whose Deployment asks for so many pods."""
    world = solved_world()
    world.get("apps/v1/Deployment", "geolocation")["spec"]["replicas"] = count
    return world


@pytest.mark.parametrize("workers", [1, 2])
def test_no_submission_touches_another(scenario_folder: ScenarioFolder, workers: int) -> None:
    """A check that kills its process, or leaves something behind in it, concerns its own submission only."""
    scenario = scenario_folder.load()
    folder = scenario_folder.path / "evidence"
    paths = [recorded(folder, with_replicas(count), scenario) for count in (2, 7, 3, 8, 4, 9, 5)]
    scenario_folder.write("test_small.py", CRASHES)
    tasks = [(path, scenario_folder.path.parent) for path in paths]
    found = list(rejudge_many(tasks, workers=workers))
    said = [one.points[1] if isinstance(one, Rejudgement) else one.what for one in found]
    assert [said[place] for place in (0, 2, 4, 6)] == [2, 2, 2, 2]
    assert "SIGKILL" in str(said[1])
    assert "ended with exit code 3" in str(said[3])
    assert "KeyboardInterrupt" in str(said[5])
    assert {one.code for one in found if isinstance(one, GraderError)} == {Code.JUDGING_FAILED}


def test_many_are_judged_as_alone(scenario_folder: ScenarioFolder, tmp_path: Path) -> None:
    """Different seeds, scenarios and faults of checks side by side give what each gives by itself."""
    scenario_folder.checks(
        "@check(points=2, fr='x {{ count }}', en='x {{ count }}')\n"
        "def test_three(parameters): assert parameters['count'] == 3\n"
        "@check(points=2, fr='x', en='x')\ndef test_four(): {}['a']\n"
        "@check(points=2, fr='x', en='x')\ndef test_five(): pytest.exit('stop')\n"
        "@check(points=2, fr='x', en='x')\ndef test_six(): pass\n"
    )
    small = [recorded(tmp_path, half_done(), scenario_folder.load(seed)) for seed in range(4)]
    deploy = [recorded(tmp_path, make()) for make in (solved_world, half_done)]
    both = tmp_path / "both"
    copytree(SCENARIOS / "deploy-service", both / "deploy-service")
    copytree(scenario_folder.path, both / "small")
    order = [small[0], deploy[0], small[1], small[2], deploy[1], small[3]]
    found = list(rejudge_many([(path, both) for path in order], workers=1))
    alone = [rejudge(path, both) for path in order]
    assert [one.now for one in found if isinstance(one, Rejudgement)] == [a.now for a in alone]
    titles = {one.now.results[2].title.en for one in found if isinstance(one, Rejudgement)}
    assert len(titles) > 2


def test_checks_with_mistakes_are_told_for_each_file(scenario_folder: ScenarioFolder) -> None:
    """Where today's checks can't be collected, every file of theirs is an error that says why."""
    scenario = scenario_folder.load()
    paths = [recorded(scenario_folder.path / "e", with_replicas(n), scenario) for n in (2, 3)]
    scenario_folder.write("test_small.py", "import no_such_module")
    found = list(rejudge_many([(path, scenario_folder.path.parent) for path in paths]))
    assert [one.code for one in found if isinstance(one, GraderError)] == [
        Code.SCENARIO_INVALID,
        Code.SCENARIO_INVALID,
    ]


def test_checks_that_never_end_are_ended(
    scenario_folder: ScenarioFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that does not come to an end is ended, and its submission is an error of ours."""
    monkeypatch.setattr("grader.judging.recorded.replay.LIMIT_S", 0.5)
    path = recorded(scenario_folder.path, solved_world(), scenario_folder.load())
    scenario_folder.checks("@check(points=1, fr='x', en='x')\ndef test_x():\n    while True: pass")
    (found,) = rejudge_many([(path, scenario_folder.path.parent)])
    assert isinstance(found, GraderError)
    assert "took longer than" in found.what


def test_a_worker_that_dies_takes_no_verdict_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a worker is killed, its files are errors of ours that say so."""
    path = recorded(tmp_path, solved_world())
    monkeypatch.setattr(many, "_judged", _die)
    found = list(rejudge_many([(path, SCENARIOS)] * 4, workers=2))
    assert {one.code for one in found if isinstance(one, GraderError)} == {Code.JUDGING_FAILED}
    assert len(found) == 4


def _die(_stretch: object) -> list[Outcome]:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_one_bad_file_keeps_no_other_from_being_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also an exception that nobody foresaw is told beside the results of the others."""
    path = recorded(tmp_path, solved_world())

    def broken(_path: Path) -> Evidence:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr("grader.judging.recorded.replay.read_evidence", broken)
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
