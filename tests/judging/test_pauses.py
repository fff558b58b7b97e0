"""How long a judge waits between two looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from grader.judging.convergence import GRACE_S, HOLD_PAUSE_S, LONGEST_QUIET_PAUSE_S
from grader.judging.submit import practice_check
from tests.judging.doubles import HandClock
from tests.judging.folder import ScenarioFolder
from tests.judging.test_slow_machine import BASELINE, SCENARIO, just_now, played, slow
from tests.judging.world import World, solved_world

SETTLE_S = 60
HOLDS = """
from grader.checks import check

@check(points=3, fr="x", en="x", holds_for=20)
def test_lasts(cluster): assert cluster.deployment("geolocation").ready_pods
"""


@dataclass
class SlowClock(HandClock):
    """Each look at the time takes so many seconds, as looks at a slow cluster do."""

    slow_s: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def now(self) -> float:
        """Later each time."""
        self.time += self.slow_s
        return self.time

    def wait(self, seconds: float) -> None:
        """Note it."""
        self.pauses.append(seconds)
        super().wait(seconds)


@pytest.mark.parametrize(
    ("slow_s", "least", "most"), [(0.0, 0.1, 0.1), (0.05, 0.2, 0.9), (5.0, 1.0, 1.0)]
)
def test_a_slow_cluster_is_asked_less_often(slow_s: float, least: float, most: float) -> None:
    """Between two looks there is as much time as a look took, within bounds."""
    clock = SlowClock(slow_s=slow_s)
    sandbox = played(starting(), solved_world())
    assert practice_check(sandbox, replace(SCENARIO, settle_s=600), BASELINE, clock=clock).passed
    assert len(clock.pauses) == 1
    assert least <= clock.pauses[0] <= most


def starting(**metadata: Any) -> World:
    """Right work whose pods are not ready yet."""
    world = slow(just_now())
    for pod in world.pods("geolocation"):
        pod["metadata"].update(metadata)
    return world


def pauses(*worlds: World) -> Sequence[float]:
    """Between looks at worlds one after another, the last for as long as there is time."""
    clock = SlowClock()
    practice_check(played(*worlds), replace(SCENARIO, settle_s=SETTLE_S), BASELINE, clock=clock)
    return clock.pauses


def test_where_nothing_changes_it_is_looked_at_less_often() -> None:
    """Ever less often, up to a limit, and not beyond the time to settle."""
    world = slow(state={"running": {}}, restartCount=1)
    waited = pauses(world)
    assert waited[0] == pytest.approx(0.1)
    assert list(waited[:-1]) == sorted(waited[:-1])
    assert max(waited) == LONGEST_QUIET_PAUSE_S
    assert len(waited) < SETTLE_S
    assert sum(waited) == pytest.approx(SETTLE_S)


def test_a_pod_that_is_late_is_looked_at_as_seldom() -> None:
    """What is waited for beyond the time to settle is not waited for in a hurry."""
    waited = pauses(starting())
    late = list(waited[:-1])[-10:]
    assert sum(waited) == pytest.approx(SETTLE_S + GRACE_S)
    assert late == [LONGEST_QUIET_PAUSE_S] * 10


def test_a_change_is_followed_closely() -> None:
    """After one the next look comes as soon as at the beginning."""
    looks = 20
    waited = pauses(*[starting()] * looks, starting(resourceVersion="changed"), solved_world())
    assert waited[looks - 1] > 1
    assert waited[looks] == pytest.approx(0.1)
    assert len(waited) == looks + 1


def test_what_has_to_hold_is_looked_at_as_often_to_its_end(scenario_folder: ScenarioFolder) -> None:
    """A break of it would be missed else; and no longer than it takes."""
    scenario_folder.write("test_small.py", HOLDS)
    scenario_folder.write("answers/wrong-way.sh", "# expects: failed=lasts\n")
    clock = SlowClock()
    scenario = replace(scenario_folder.load(), settle_s=SETTLE_S)
    submission = practice_check(played(solved_world()), scenario, BASELINE, clock=clock)
    assert submission.passed
    assert sum(clock.pauses) == pytest.approx(20)
    assert max(clock.pauses) == min(clock.pauses) == pytest.approx(HOLD_PAUSE_S)


def test_the_last_look_at_what_has_to_hold_comes_as_soon_as_it_can_count(
    scenario_folder: ScenarioFolder,
) -> None:
    """Not a whole pause later."""
    scenario_folder.write("test_small.py", HOLDS.replace("holds_for=20", "holds_for=1.25"))
    scenario_folder.write("answers/wrong-way.sh", "# expects: failed=lasts\n")
    clock = SlowClock()
    submission = practice_check(
        played(solved_world()), scenario_folder.load(), BASELINE, clock=clock
    )
    assert submission.passed
    assert clock.pauses == pytest.approx([HOLD_PAUSE_S, HOLD_PAUSE_S, 0.25])
