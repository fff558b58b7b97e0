"""The services' data: which there are, what they answer, and when they were started."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from grader.checks import CheckFailed, Cluster
from grader.checks.answers import Answers
from grader.checks.studio_data import (
    DATA,
    GROUPS,
    SERVICES,
    expect_records,
    records_of,
    stored_records,
)
from grader.checks.studio_health import expect_started_after
from grader.model.observation import Observation, ProbeAnswer
from tests.judging.world import NOW, STARTED, STUDIO, World, solved_world

RECORDS = {"order-1": {"n": 1}}


def test_groups_are_those_of_the_studio() -> None:
    """Every service, in the guide's order, in its own group."""
    assert list(SERVICES) == list(STUDIO.services)
    assert {s: g for g, names in GROUPS.items() for s in names} == {
        name: service.group for name, service in STUDIO.services.items()
    }


def answers(status: int, body: object, *, fresh: bool = True) -> Answers:
    """What payment answers to /data."""
    probe = DATA["payment"]
    said = ProbeAnswer(status, json.dumps(body), nonce_echoed=fresh)
    return Answers(Observation(taken_at=NOW, objects={}, probes={probe.key: said}), (probe,))


def body(service: str = "payment", records: object = RECORDS) -> dict[str, object]:
    """A store's answer."""
    return {"service": service, "count": 1, "records": records}


def test_the_very_records_pass() -> None:
    """They, and no others, from the service itself, now."""
    expect_records(answers(200, body()), "payment", RECORDS)
    assert records_of(answers(200, body()), "payment") == RECORDS


@pytest.mark.parametrize(
    "wrong",
    [
        answers(500, {"error": "damaged"}),
        answers(200, body(), fresh=False),
        answers(200, body("audio")),
        answers(200, body(records={})),
        answers(200, {**body(), "count": 2}),
        answers(200, body(records={**RECORDS, "more": {}})),
        answers(200, "no object"),
    ],
)
def test_anything_else_fails(wrong: Answers) -> None:
    """An error, an old answer, another service, other records."""
    with pytest.raises(CheckFailed):
        expect_records(wrong, "payment", RECORDS)


def test_a_store_is_read_for_its_records() -> None:
    """What is no store says nothing."""
    assert stored_records(json.dumps(body()).encode()) == RECORDS
    for content in (None, b"", b"{", b"[]", b'{"records": 1}', b"[" * 100_000):
        assert stored_records(content) is None


def renewed() -> World:
    """Payment's pods are new, and of ten minutes after those of before."""
    world = solved_world()
    for pod in world.pods("payment"):
        pod["metadata"]["uid"] += "-new"
        pod["metadata"]["creationTimestamp"] = "2026-01-01T12:10:00Z"
    return world


BEFORE = Cluster(solved_world().observation().objects)
MADE = datetime(2026, 1, 1, 12, 10, tzinfo=UTC)


@pytest.mark.parametrize("data", [None, MADE - timedelta(minutes=1), MADE + timedelta(seconds=0.9)])
def test_new_pods_after_the_data_pass(data: datetime | None) -> None:
    """Also within the second that a pod's time leaves open, and where there is no data."""
    expect_started_after(Cluster(renewed().observation().objects), BEFORE, "payment", data)


def old_pod(world: World) -> None:
    """One pod was never stopped."""
    pod = world.pods("payment")[0]["metadata"]
    pod["uid"] = pod["uid"].removesuffix("-new")


def no_pods(world: World) -> None:
    """They were not started again."""
    for pod in world.pods("payment"):
        world.objects["v1/Pod"].remove(pod)


def early(world: World) -> None:
    """Started again, and only then was the data replaced."""
    for pod in world.pods("payment"):
        pod["metadata"]["creationTimestamp"] = STARTED


@pytest.mark.parametrize("bend", [old_pod, no_pods, early], ids=lambda b: b.__name__)
def test_a_service_that_was_not_stopped_fails(bend: object) -> None:
    """A pod of before, no pod, or one that is older than the data."""
    assert callable(bend)
    world = renewed()
    bend(world)
    cluster = Cluster(world.observation().objects)
    with pytest.raises(CheckFailed):
        expect_started_after(cluster, BEFORE, "payment", MADE - timedelta(seconds=10))
