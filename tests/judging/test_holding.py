"""What has to last is watched until it has, and is judged the same way from the record."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from grader.checks import check
from grader.judging.judge import judge
from grader.judging.recorded.evidence import read_evidence
from grader.judging.recorded.recording import observation_from_json, observation_to_json
from grader.judging.submit import submit
from grader.model.errors import Code, GraderError
from grader.model.observation import StartingPoint
from grader.model.submission import Submission
from grader.model.verdict import Verdict
from tests.judging.doubles import HandClock, PlayedCluster, PlayedSandbox
from tests.judging.folder import ScenarioFolder
from tests.judging.world import World, baseline_world, solved_world

START = StartingPoint.of(baseline_world().observation())
CHECKS = """
from grader.checks import check

@check(points=3, fr="x", en="x"{holds})
def test_lasts(cluster): assert cluster.deployment("geolocation").ready_pods

@check(points=1, fr="x", en="x")
def test_there(cluster): assert cluster.deployment("geolocation").exists
"""
LOOK_S = 0.4
"""How long one look takes on the clock of these tests."""


def down() -> World:
    """Work whose pods are not ready, and still move."""
    world = solved_world()
    for pod in world.pods("geolocation"):
        pod["status"]["conditions"][0]["status"] = "False"
        pod["status"]["containerStatuses"][0]["state"] = {
            "waiting": {"reason": "ContainerCreating"}
        }
    return world


UP, DOWN, CUT = solved_world(), down(), GraderError(Code.SANDBOX_BROKEN, "cut")


@dataclass
class Slow(PlayedCluster):
    """Shows a script, the last of it for ever; each look takes time."""

    clock: HandClock = field(default_factory=HandClock)

    def objects(self) -> dict[str, list[dict[str, object]]]:
        """Every object, a moment later."""
        self.looks += 1
        shown = self.world()
        self.clock.wait(LOOK_S)
        return shown.objects


def played(
    folder: ScenarioFolder, script: Sequence[World | Exception], *, holds: float = 2, settle_s: int
) -> tuple[Submission, HandClock]:
    """What a script of looks comes to."""
    folder.write("test_small.py", CHECKS.format(holds=f", holds_for={holds}" if holds else ""))
    folder.write("answers/wrong-way.sh", "# expects: failed=lasts\n")
    endless = itertools.chain(script, itertools.repeat(script[-1]))
    clock = HandClock()
    sandbox = PlayedSandbox(Slow(lambda: next(endless), clock=clock))
    scenario = replace(folder.load(), settle_s=settle_s)
    return submit(sandbox, scenario, START, folder=folder.path / "out", clock=clock), clock


def test_it_is_watched_for_as_long_as_it_has_to_hold(scenario_folder: ScenarioFolder) -> None:
    """A state that is right at once passes after its time and not before, also beyond time to settle."""
    for settle_s in (20, 0):
        submission, clock = played(scenario_folder, [UP], settle_s=settle_s)
        assert submission.verdict is Verdict.PASSED
        # The first look's own time is not counted, for it may have been right at its end only.
        assert 2 + LOOK_S <= clock.time <= 2 + 3 * (LOOK_S + 0.1)


def test_without_holds_for_one_look_is_enough(scenario_folder: ScenarioFolder) -> None:
    """A check that does not ask for it is not waited for."""
    submission, _ = played(scenario_folder, [UP], holds=0, settle_s=20)
    assert (submission.verdict, submission.rounds) == (Verdict.PASSED, 1)


def test_a_break_starts_the_time_anew(scenario_folder: ScenarioFolder) -> None:
    """What is down in between has to hold from there on."""
    submission, clock = played(scenario_folder, [UP, UP, DOWN, UP], settle_s=20)
    assert submission.verdict is Verdict.PASSED
    assert clock.time >= 3 * (LOOK_S + 0.1) + LOOK_S + 2


def test_what_never_lasts_fails(scenario_folder: ScenarioFolder) -> None:
    """A service that is up now and down then never passes, whatever the last moment shows."""
    script = [*[UP, UP, DOWN] * 40]
    submission, clock = played(scenario_folder, script, settle_s=6)
    (lasts, there) = submission.results
    assert (lasts.verdict, there.verdict) == (Verdict.FAILED, Verdict.PASSED)
    assert lasts.finding is not None
    assert 6 <= clock.time <= 6 + 4 * (LOOK_S + 0.1)


def test_what_holds_when_time_is_up_is_watched_on(scenario_folder: ScenarioFolder) -> None:
    """A state reached just in time gets its time to hold; one that breaks then has failed."""
    late = [DOWN] * 2
    submission, _ = played(scenario_folder, [*late, UP], settle_s=2)
    assert submission.verdict is Verdict.PASSED
    submission, _ = played(scenario_folder, [*late, UP, UP, DOWN, UP], settle_s=2)
    assert submission.results[0].verdict is Verdict.FAILED


def test_a_moment_unseen_does_not_count(scenario_folder: ScenarioFolder) -> None:
    """A look that saw nothing proves nothing: the time starts anew, and no point is lost by it."""
    submission, clock = played(scenario_folder, [UP, UP, UP, CUT, UP], settle_s=20)
    assert submission.verdict is Verdict.PASSED
    assert clock.time >= 4 * LOOK_S + 2


def test_the_record_comes_to_the_same_verdict(scenario_folder: ScenarioFolder) -> None:
    """Judged again, what held has held; a longer time than was watched is no verdict."""
    submission, _ = played(scenario_folder, [UP], settle_s=20)
    assert submission.evidence is not None
    evidence = read_evidence(submission.evidence)
    assert evidence.observation.held is not None
    assert evidence.observation.held["lasts"] >= 2
    again = judge(scenario_folder.load(), evidence.observation, evidence.start)
    assert again == submission.results
    scenario_folder.write("test_small.py", CHECKS.format(holds=", holds_for=60"))
    longer = judge(scenario_folder.load(), evidence.observation, evidence.start)
    assert (longer[0].verdict, longer[0].cause) == (Verdict.ERROR, "not-held")
    assert "has to hold for 60 s" in longer[0].fault


def test_nobody_counted_nothing_is_asked(scenario_folder: ScenarioFolder) -> None:
    """An observation that belongs to no row of looks is judged as it is."""
    scenario_folder.write("test_small.py", CHECKS.format(holds=", holds_for=60"))
    scenario_folder.write("answers/wrong-way.sh", "# expects: failed=lasts\n")
    observation = UP.observation()
    assert observation.held is None
    assert judge(scenario_folder.load(), observation, START)[0].verdict is Verdict.PASSED
    old = observation_to_json(observation)
    del old["held"]
    assert observation_from_json(json.loads(json.dumps(old))) == observation


@pytest.mark.parametrize("seconds", [-1, 121, float("nan"), True])
def test_impossible_times_are_refused(seconds: float) -> None:
    """A time below nothing, beyond two minutes, or that is no number is a mistake of the author's."""
    with pytest.raises(ValueError, match="allowed: seconds, 0 to 120"):
        check(points=1, fr="x", en="x", holds_for=seconds)
