"""Since when a finding is so: told by the cluster itself, the same live and in the record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.judging.judge import judge
from grader.judging.observing.last_change import KEY, last_written, writings
from grader.judging.observing.since import since
from grader.judging.recorded.recording import observation_from_json, observation_to_json
from grader.model.observation import StartingPoint
from grader.model.studio import NAMESPACE
from tests.judging.folder import ScenarioFolder
from tests.judging.world import STARTED, World, baseline_world, solved_world

PATCHED, ROLLED = "2026-01-01T12:07:00Z", "2026-01-01T12:08:30Z"


def entry(at: str, by: str = "kubectl-patch", **more: Any) -> dict[str, Any]:
    """One note of the API server: who wrote which fields, and when."""
    fields: dict[str, Any] = {
        "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {}}}}
    }
    return {"manager": by, "time": at, "operation": "Update", "fieldsV1": fields, **more}


def scaled() -> World:
    """Routing was made, then scaled by hand, and one of its pods got unready later."""
    world = solved_world()
    deployment = world.get("apps/v1/Deployment", "routing")
    deployment["metadata"]["managedFields"] = [
        entry(STARTED, "helm"),
        entry(PATCHED),
        entry("2026-01-01T12:09:00Z", "kube-controller-manager", subresource="status"),
        entry("2026-01-01T12:09:30Z", "kube-controller-manager"),
        entry("2026-01-01T12:06:00Z", "kubectl", subresource="status"),
    ]
    conditions = world.pods("routing")[0]["status"]["conditions"]
    conditions[0] = {"type": "Ready", "status": "False", "lastTransitionTime": ROLLED}
    world.add(
        "v1/Event",
        "audio.1",
        involvedObject={"kind": "Deployment", "namespace": NAMESPACE, "name": "audio"},
        lastTimestamp="2026-01-01T12:05:00Z",
    )
    world.remove("apps/v1/Deployment", "audio")
    return world


@pytest.mark.parametrize(
    ("where", "at"),
    [
        (f"Deployment {NAMESPACE}/routing: spec.replicas", PATCHED),
        (f"Deployment {NAMESPACE}/routing: spec.template.spec.containers[0].image", PATCHED),
        (f"Deployment {NAMESPACE}/routing: spec.selector", STARTED),
        (f"Deployment {NAMESPACE}/routing: what Helm made", PATCHED),
        (f"Deployment {NAMESPACE}/routing", PATCHED),
        (f"Deployment {NAMESPACE}/routing: pods with condition Ready", ROLLED),
        (f"Deployment {NAMESPACE}/payment: pods with condition Ready", STARTED),
        (f"Deployment {NAMESPACE}/audio", "2026-01-01T12:05:00Z"),
        (f"Deployment {NAMESPACE}/nothing: spec.replicas", ""),
        ("Node node-1: spec.unschedulable", STARTED),
        ("GET http://routing:80/health: HTTP status", ""),
        ("/backups/x.zip", ""),
    ],
)
def test_the_cluster_tells_since_when(where: str, at: str) -> None:
    """A value dates from its last writing by a hand, a state from its condition, an absence from an event."""
    assert since(where, scaled().observation()) == at


def test_a_passed_check_tells_the_last_change_of_what_it_looked_at(
    scenario_folder: ScenarioFolder,
) -> None:
    """Of all that it looked at, the latest change by anybody; a check that looks at nothing tells nothing."""
    scenario = scenario_folder.checks(
        """
@check(points=1, fr="x", en="x")
def test_named(cluster): assert cluster.deployment("routing").exists
@check(points=1, fr="x", en="x")
def test_other(cluster): assert cluster.deployment("payment").exists
@check(points=1, fr="x", en="x")
def test_both(cluster): assert cluster.all("apps/v1/Deployment")
@check(points=1, fr="x", en="x")
def test_nothing(): assert True
@check(points=1, fr="x", en="x")
def test_failed(cluster): assert not cluster.deployment("routing").exists
"""
    )
    observation = scaled().observation()
    again = observation_from_json(observation_to_json(observation))
    start = StartingPoint.of(baseline_world().observation())
    told = {result.id: result.unchanged_since for result in judge(scenario, observation, start)}
    assert told == {
        "one": STARTED,
        "two": "",
        "named": "2026-01-01T12:09:30Z",
        "other": STARTED,
        "both": "2026-01-01T12:09:30Z",
        "nothing": "",
        "failed": "",
    }
    replayed = judge(scenario, again, start)
    assert {result.id: result.unchanged_since for result in replayed} == told


def test_findings_and_parts_bear_it(scenario_folder: ScenarioFolder) -> None:
    """Every finding that names an object has its time, live and judged again from the record."""
    scenario = scenario_folder.checks(
        """
from grader.checks import part, yes
PARTS = [part("a", points=1, fr="x", en="x"), part("b", points=1, fr="x", en="x")]
@check(points=2, fr="x", en="x", parts=PARTS)
def test_x(cluster, subtests):
    routing = cluster.deployment("routing")
    for name in ("a", "b"):
        with subtests.test(name):
            expect(False, yes(), where=routing.where("spec.replicas"), fr="f", en="e")
"""
    )
    start = StartingPoint.of(baseline_world().observation())
    observation = scaled().observation()
    results = judge(scenario, observation, start)
    found = results[2]
    assert found.finding is not None
    assert [f.since for f in (found.finding, *(p.finding for p in found.parts)) if f] == [
        PATCHED
    ] * 3
    recorded = observation_from_json(json.loads(json.dumps(observation_to_json(observation))))
    assert judge(scenario, recorded, start) == results


def test_only_what_tells_something_is_recorded() -> None:
    """An object that nobody wrote after it was made has no notes; of one that was, the places are kept."""
    observation = scaled().observation()
    for found in observation.objects["apps/v1/Deployment"]:
        assert "managedFields" not in found["metadata"]
        assert (KEY in found["metadata"]) == (found["metadata"]["name"] == "routing")
    (note,) = writings({"creationTimestamp": STARTED, "managedFields": [entry(PATCHED)]})
    assert note == {
        "at": PATCHED,
        "by": "kubectl-patch",
        "paths": ["spec.replicas", "spec.template"],
    }


@pytest.mark.parametrize(
    "metadata", [{}, {"managedFields": None}, {"managedFields": [{"time": None}]}, {KEY: []}]
)
def test_missing_notes_are_no_error(metadata: dict[str, Any]) -> None:
    """Where the server noted nothing, nothing is known."""
    assert writings(metadata) == []
    assert last_written(metadata) == ""
