"""The damage done to solved work: each kind of object has its own, and only what was asked for is damaged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from grader.judging.proof.difference import Solved, subject
from grader.judging.proof.mutant import Mutant
from grader.judging.proof.mutants import mutants
from grader.model.observation import Observation, ProbeAnswer, WorkstationFile
from tests.judging.world import World, deploy_service, studio_world

SCENARIO = deploy_service()
SHOP = {"app": "shop"}
LABELS = {"matchLabels": SHOP}


def made(
    change: Callable[[World], None], *, before: Callable[[World], None] | None = None
) -> Mapping[str, Mutant]:
    """The mutants of work that did this to the studio, by name; those of neighbours are left out."""
    world = studio_world("routing")
    if before is not None:
        before(world)
    found = world.observation()
    change(world)
    return named(found, world.observation())


def named(found: Observation, solved: Observation) -> Mapping[str, Mutant]:
    """The mutants between two observations, by name, without those of neighbours."""
    every = mutants(SCENARIO, [Solved(found, solved)])
    return {one.name: one for one in every if one.about.value != "neighbour"}


def adding(kind: str, **parts: Any) -> Callable[[World], None]:
    """Work that makes an object called shop."""
    return lambda world: void(world.add(kind, "shop", **parts))


def void(_made: object) -> None:
    """Forget what was made."""


@pytest.mark.parametrize(
    ("kind", "parts", "names"),
    [
        (
            "networking.k8s.io/v1/NetworkPolicy",
            {"spec": {"podSelector": LABELS, "policyTypes": ["Ingress"], "ingress": []}},
            {"deleted", "ingress lets everything through", "concerns no pod"},
        ),
        (
            "rbac.authorization.k8s.io/v1/Role",
            {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]},
            {"deleted", "allows everything"},
        ),
        (
            "rbac.authorization.k8s.io/v1/RoleBinding",
            {"subjects": [{"kind": "User", "name": "ada"}]},
            {"deleted", "is for everybody"},
        ),
        (
            "policy/v1/PodDisruptionBudget",
            {"spec": {"minAvailable": 1, "selector": LABELS}},
            {"deleted", "minAvailable is 0"},
        ),
        (
            "autoscaling/v2/HorizontalPodAutoscaler",
            {
                "spec": {
                    "minReplicas": 2,
                    "maxReplicas": 5,
                    "scaleTargetRef": {"kind": "Deployment", "name": "routing"},
                    "metrics": [{"resource": {"target": {"averageUtilization": 70}}}],
                }
            },
            {
                "deleted",
                "minReplicas 2 is 3",
                "maxReplicas 5 is 6",
                "target 70 is 80",
                "scales something else",
            },
        ),
        (
            "networking.k8s.io/v1/Ingress",
            {
                "spec": {
                    "rules": [
                        {
                            "host": "shop.example",
                            "http": {"paths": [{"backend": {"service": {"name": "shop"}}}]},
                        }
                    ]
                }
            },
            {"deleted", "host shop.example is another", "backend shop is another"},
        ),
        (
            "batch/v1/CronJob",
            {"spec": {"schedule": "0 2 * * *"}},
            {"deleted", "is suspended", "has another schedule"},
        ),
        (
            "v1/ResourceQuota",
            {"spec": {"hard": {"pods": "10"}}},
            {"deleted", "hard pods is another"},
        ),
        (
            "v1/Service",
            {"spec": {"selector": SHOP, "ports": [{"port": 80, "targetPort": 8080}]}},
            {
                "deleted",
                "port 80 is 81",
                "targetPort 8080 is 8081",
                "selector app is another",
            },
        ),
        ("v1/ConfigMap", {"data": {"a": "1"}}, {"deleted", "a is another", "without a"}),
        ("v1/Secret", {"data": {"a": "c2VjcmV0"}}, {"deleted", "a is another"}),
        ("v1/PersistentVolumeClaim", {"spec": {}}, {"deleted"}),
    ],
)
def test_what_was_made(kind: str, parts: dict[str, Any], names: set[str]) -> None:
    """A new object is deleted, and damaged in the ways of its kind."""
    plain = kind.rpartition("/")[2]
    assert set(made(adding(kind, **parts))) == {f"{plain}/shop {name}" for name in names}


def test_what_was_changed_is_undone_step_by_step() -> None:
    """A changed object is put back as a whole, and each of its changes by itself."""

    def change(world: World) -> None:
        spec = world.get("apps/v1/Deployment", "routing")["spec"]
        spec["replicas"] = 5
        spec["template"]["spec"]["containers"][0]["resources"] = {"limits": {"memory": "128Mi"}}

    names = made(change)
    assert {
        "Deployment/routing as it was found",
        "Deployment/routing spec.replicas as it was found",
        "Deployment/routing spec.template.spec.containers.0.resources as it was found",
        "Deployment/routing replicas 5 is 4",
        "Deployment/routing replicas 5 is 0",
    } <= set(names)


def test_books_of_tools_are_not_demanded() -> None:
    """A label that was changed beside something else is a tool's own note; alone, it is the work itself."""

    def both(world: World) -> None:
        found = world.get("v1/ConfigMap", "routing-config")
        found["metadata"]["labels"] = {"app.kubernetes.io/version": "9"}
        found["data"]["LOG_LEVEL"] = "DEBUG"

    def label(world: World) -> None:
        world.get("v1/ConfigMap", "routing-config")["metadata"]["labels"] = {"team": "maps"}

    assert not [name for name in made(both) if "metadata" in name]
    assert "ConfigMap/routing-config as it was found" in made(label)


def test_what_was_taken_away_comes_back() -> None:
    """Where the work deletes an object, the mutant still has it."""
    policy = adding("networking.k8s.io/v1/NetworkPolicy", spec={"podSelector": {}})
    names = made(
        lambda world: world.remove("networking.k8s.io/v1/NetworkPolicy", "shop"), before=policy
    )
    assert set(names) == {"NetworkPolicy/shop back again"}


def test_answers_and_what_changed_in_them() -> None:
    """A probe's answer is silenced, broken, old, and as it was found in each part that the work changed."""
    found, solved = studio_world("routing").observation(), studio_world("routing").observation()
    old = ProbeAnswer(200, '{"version": "1", "depth": {"n": 1, "same": 0}}', nonce_echoed=True)
    new = ProbeAnswer(200, '{"version": "2", "depth": {"n": 2, "same": 0}}', nonce_echoed=True)
    found.probes["http://x"], solved.probes["http://x"] = old, new  # type: ignore[index]
    every = named(found, solved)
    assert set(every) == {
        "answer of http://x is silent",
        "answer of http://x is an error",
        "answer of http://x is from before",
        "answer of http://x has version as it was found",
        "answer of http://x has depth.n as it was found",
    }
    mutant = every["answer of http://x has depth.n as it was found"].of(solved)
    assert mutant.probes["http://x"].body == '{"version": "2", "depth": {"n": 1, "same": 0}}'


def test_a_door_that_was_shut_opens_again() -> None:
    """Where the work made a Service stop answering, the mutant has it answer as before."""
    found, solved = studio_world("routing").observation(), studio_world("routing").observation()
    found.probes["http://x"] = ProbeAnswer(200, "{}")  # type: ignore[index]
    solved.probes["http://x"] = ProbeAnswer(0, error="timeout")  # type: ignore[index]
    assert set(named(found, solved)) == {"answer of http://x comes as it was found"}


def test_two_sandboxes_need_not_share_hashes() -> None:
    """A Secret whose hashes differ between two sandboxes is damaged all the same: every answer left it."""
    first, second = studio_world("routing"), studio_world("routing")
    second.get("v1/Namespace", "kube-system", "")["metadata"]["uid"] = "another cluster"
    pairs = []
    for world in (first, second):
        found = world.observation()
        world.add("v1/Secret", "shop", data={"a": "c2VjcmV0"})
        pairs.append(Solved(found, world.observation()))
    names = {one.name for one in mutants(SCENARIO, pairs)}
    assert "Secret/shop a is another" in names
    assert subject(pairs).changed == {}


def test_the_original_is_left_alone() -> None:
    """Making a mutant's observation changes nothing of the one that it was made from."""
    world = studio_world("routing")
    found = world.observation()
    adding("v1/ConfigMap", data={"a": "1"})(world)
    solved, copy = world.observation(), world.observation()
    for one in mutants(SCENARIO, [Solved(found, solved)]):
        assert one.of(solved) != solved
    assert solved == copy


def with_files(world: World, **contents: bytes) -> Observation:
    """An observation with files in /backups, asked for by a pattern."""
    listed = [
        WorkstationFile(f"/backups/{name}", len(content), 1.0, content)
        for name, content in sorted(contents.items())
    ]
    return replace(world.observation(), listings={"/backups/*": listed})


def test_files_of_a_pattern() -> None:
    """A new file is removed, emptied, cut short and corrupted; one that was there and stayed is left alone."""
    world = studio_world("routing")
    found, solved = with_files(world, old=b"old"), with_files(world, new=b"x" * 100, old=b"old")
    every = named(found, solved)
    assert set(every) == {
        f"file /backups/new {what}"
        for what in ("removed", "empty", "cut short", "with other bytes in its middle")
    }
    (kept,) = every["file /backups/new removed"].of(solved).listings["/backups/*"]
    assert kept.path == "/backups/old"
    short = every["file /backups/new cut short"].of(solved).listings["/backups/*"][0]
    assert (short.size, short.content) == (50, b"x" * 50)
    spoilt = every["file /backups/new with other bytes in its middle"].of(solved)
    content = spoilt.listings["/backups/*"][0].content or b""
    assert (len(content), content.count(b"x")) == (100, 84)


def test_files_that_bear_their_hour() -> None:
    """Answers may give a file of a pattern different names; where one leaves none, none is demanded."""
    world = studio_world("routing")
    found = with_files(world)
    first, second = with_files(world, at10=b"x"), with_files(world, at11=b"y")
    names = {m.name for m in mutants(SCENARIO, [Solved(found, first), Solved(found, second)])}
    assert "file /backups/at10 removed" in names
    names = {m.name for m in mutants(SCENARIO, [Solved(found, first), Solved(found, found)])}
    assert not [name for name in names if name.startswith("file ")]


def test_files_that_were_taken_away() -> None:
    """Where every answer removes a file, the mutant still has it."""
    world = studio_world("routing")
    found, solved = with_files(world, old=b"old"), with_files(world)
    (back,) = named(found, solved).values()
    assert back.name == "file /backups/old back again"
    assert back.of(solved).listings == found.listings


def test_a_file_asked_for_by_its_path() -> None:
    """It is damaged wherever it was recorded."""
    world = studio_world("routing")
    found = replace(world.observation(), files={"/tmp/list": b"a"})
    solved = replace(found, files={"/tmp/list": b"a\nb\n"})
    every = named(found, solved)
    assert every["file /tmp/list as it was found"].of(solved).files == {"/tmp/list": b"a"}
    assert every["file /tmp/list removed"].of(solved).files == {"/tmp/list": None}
