"""Whether a sandbox that was brought back is to a scenario what it was."""

from __future__ import annotations

from dataclasses import replace

from grader.judging.observing.same_look import otherwise, otherwise_healthy
from grader.model.observation import (
    HttpProbe,
    Observation,
    ProbeAnswer,
    StartingPoint,
    WorkstationFile,
)
from grader.model.studio import NAMESPACE
from tests.judging.world import World, studio_world

PROBE = HttpProbe(NAMESPACE, "audio", "http", "/health")


def looked(world: World) -> Observation:
    """A look with one of everything."""
    return replace(
        world.observation([PROBE]),
        files={"/backups/list": b"x"},
        listings={"/backups/*": [WorkstationFile("/backups/list", 1, 1000.0, b"x")]},
    )


def test_the_same() -> None:
    """Two looks at the same are the same; times, and what only one of them asked for, say nothing."""
    world = studio_world("audio")
    later = replace(
        looked(world),
        taken_at="2027-01-01T00:00:00Z",
        listings={"/backups/*": [WorkstationFile("/backups/list", 1, 2000.0, b"x")]},
    )
    assert otherwise_healthy(looked(world), later) == []
    assert otherwise_healthy(looked(world), replace(later, probes={}, files={}, listings={})) == []


def test_each_difference_is_named() -> None:
    """An object, an answer, a file and what can't be seen any more are named."""
    world = studio_world("audio")
    other = world.copy()
    other.remove("v1/Service", "audio")
    now = replace(
        looked(other),
        probes={PROBE.key: ProbeAnswer(0, error="refused")},
        files={"/backups/list": b"y"},
        listings={"/backups/*": []},
        faults={"disk of /backups": "gone"},
    )
    assert otherwise_healthy(looked(world), now) == [
        "Service/audio is missing",
        f"{PROBE.key} answers 0, not 200",
        "/backups/list differs",
        "/backups/list differs",
        "disk of /backups could not be seen",
    ]


def test_after_the_fault() -> None:
    """After the fault no object may be missing or more; what is in it may differ, as a Job's labels do."""
    healthy = looked(studio_world("audio"))
    broken = studio_world("audio")
    broken.add("batch/v1/Job", "load", spec={"selector": {"uid": "1"}})
    again = studio_world("audio")
    again.add("batch/v1/Job", "load", spec={"selector": {"uid": "2"}})
    start = StartingPoint(healthy, broken.observation())
    assert otherwise(start, StartingPoint(healthy, again.observation())) == []
    assert otherwise(start, StartingPoint(healthy, healthy)) == [
        "Job/load is missing after the fault"
    ]
