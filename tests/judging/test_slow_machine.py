"""A pod that is only slow to start is waited for beyond the time to settle; one that failed is not."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from grader.judging import convergence
from grader.judging.observing.motion import is_starting
from grader.judging.submit import practice_check
from grader.model.observation import StartingPoint
from grader.model.verdict import Verdict
from tests.judging.doubles import HandClock, PlayedCluster, PlayedSandbox, still
from tests.judging.world import NOW, World, baseline_world, deploy_service, solved_world

SCENARIO = replace(deploy_service(), settle_s=1)
BASELINE = StartingPoint.of(baseline_world().observation())

LOOKS = 15
"""More than there are in the time to settle."""


def just_now() -> str:
    """As observations that are really taken write their time."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def slow(made: str = NOW, **container: Any) -> World:
    """Right work whose pods are not ready."""
    world = solved_world()
    for pod in world.pods("geolocation"):
        pod["metadata"]["creationTimestamp"] = made
        pod["status"]["conditions"][0]["status"] = "False"
        pod["status"]["containerStatuses"][0].update(
            {"state": {"waiting": {"reason": "ContainerCreating"}}, **container}
        )
    return world


def played(*worlds: World) -> PlayedSandbox:
    """A sandbox that shows the worlds one after another, and the last one for ever."""
    script = itertools.chain(worlds, itertools.repeat(worlds[-1]))
    current = [worlds[0]]

    class Cluster(PlayedCluster):
        def objects(self) -> dict[str, list[dict[str, object]]]:
            current[0] = next(script)
            return self.world().objects

    return PlayedSandbox(Cluster(lambda: current[0]))


def test_a_slow_machine_costs_no_point() -> None:
    """Pods that become ready only after the time to settle count as if they had been in time."""
    clock = HandClock()
    sandbox = played(*[slow(just_now())] * LOOKS, solved_world())
    submission = practice_check(sandbox, SCENARIO, BASELINE, clock=clock)
    assert submission.passed
    assert clock.time > SCENARIO.settle_s


def test_it_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the grace the last look counts, whatever starts."""
    monkeypatch.setattr(convergence, "GRACE_S", 1.0)
    clock = HandClock()
    submission = practice_check(still(slow(just_now())), SCENARIO, BASELINE, clock=clock)
    assert submission.verdict is Verdict.FAILED
    assert SCENARIO.settle_s + 1 <= clock.time < SCENARIO.settle_s + 2


def test_what_failed_once_gets_no_grace() -> None:
    """A container that was restarted is not a slow one."""
    clock = HandClock()
    sandbox = played(*[slow(just_now(), restartCount=1)] * LOOKS, solved_world())
    assert practice_check(sandbox, SCENARIO, BASELINE, clock=clock).verdict is Verdict.FAILED
    assert clock.time < SCENARIO.settle_s + 1


@pytest.mark.parametrize(
    ("world", "starts"),
    [
        (solved_world, False),
        (slow, True),
        (lambda: slow(state={"running": {}}), True),
        (lambda: slow(state={"waiting": {"reason": "CrashLoopBackOff"}}), False),
        (lambda: slow(state={"waiting": {"reason": "ErrImageNeverPull"}}), False),
        (lambda: slow(lastState={"terminated": {"exitCode": 1}}), False),
        (lambda: slow(state={"terminated": {"exitCode": 1}}), False),
        (lambda: bent("metadata", creationTimestamp="2026-01-01T11:00:00Z"), False),
        (lambda: bent("metadata", creationTimestamp="?"), False),
        (lambda: bent("metadata", deletionTimestamp=NOW), False),
        (lambda: bent("status", phase="Failed"), False),
        (
            lambda: bent(
                "status", conditions=[{"type": "PodScheduled", "reason": "Unschedulable"}]
            ),
            False,
        ),
    ],
    ids=[
        "ready",
        "creating",
        "running, not ready",
        "crash loop",
        "no image",
        "crashed before",
        "crashed now",
        "old",
        "of unknown age",
        "on its way out",
        "failed",
        "no room for it",
    ],
)
def test_what_is_starting(world: Callable[[], World], starts: bool) -> None:
    """Starting is only what is young and has failed at nothing."""
    assert is_starting(world().observation()) is starts


def bent(part: str, **values: Any) -> World:
    """Slow pods with other values in their metadata or status."""
    world = slow()
    for pod in world.pods("geolocation"):
        pod[part].update(values)
    return world
