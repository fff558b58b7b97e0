"""Whether what Helm made is still so: any value changed by hand is found, what others add is not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from grader.checks import CannotJudge, CheckFailed, Cluster, Helm
from grader.checks.release_objects import differences, expect_as_made
from tests.judging.world import World, solved_world

MADE: dict[str, Any] = {
    "kind": "Deployment",
    "spec": {
        "replicas": 2,
        "template": {"spec": {"containers": [{"name": "a", "resources": {"cpu": "0.5"}}]}},
        "ingress": [],
    },
}


def found(live: Any) -> list[str]:
    """The paths at which a live object differs from MADE."""
    return [path for path, _, _ in differences(MADE, live)]


def bent(path: tuple[Any, ...], value: Any) -> Any:
    """MADE with another value at a path."""
    live: Any = copy.deepcopy(MADE)
    inner = live
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return live


def test_additions_and_spelling_are_no_difference() -> None:
    """Defaults, statuses, other spellings of a quantity and an empty list left out are none."""
    live = bent(("spec", "template", "spec", "containers", 0, "resources", "cpu"), "500m")
    live["status"] = {"replicas": 2}
    live["spec"]["template"]["spec"]["containers"][0]["terminationMessagePath"] = "/dev/x"
    del live["spec"]["ingress"]
    assert found(live) == []


def test_order_and_image_spelling_are_no_difference_where_they_mean_nothing() -> None:
    """Ports in another order, an image with its digest: the same; another port or tag is found."""
    made = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}
    live = {"ports": list(reversed(copy.deepcopy(made["ports"])))}
    assert list(differences(made, live)) == []
    live["ports"][1]["port"] = 54
    assert [path for path, _, _ in differences(made, live)] == ["ports[0].port"]
    made_image = {"image": "registry.pivori.internal/studio/audio:2.2.1"}
    full = f"{made_image['image']}@sha256:{'0' * 64}"
    assert list(differences(made_image, {"image": full})) == []
    assert list(differences(made_image, {"image": full.replace("2.2.1", "2.2.0")}))
    assert list(differences(made_image, {"image": None}))
    # What is run, and in which order, is another thing.
    assert list(differences({"args": ["a", "b"]}, {"args": ["b", "a"]}))
    rules = [{"to": ["a", "b"], "ports": [53, 80]}, {"to": ["c"]}]
    turned = [{"to": ["c"]}, {"to": ["b", "a"], "ports": [80, 53]}]
    assert list(differences({"egress": rules}, {"egress": turned})) == []
    assert list(differences({"egress": rules}, {"egress": [{"to": ["c"]}, {"to": ["b", "a"]}]}))


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("spec", "replicas"), 0, "spec.replicas"),
        (("spec", "replicas"), None, "spec.replicas"),
        (("spec", "template"), {}, "spec.template.spec.containers"),
        (
            ("spec", "template", "spec", "containers"),
            [{"name": "a"}, {"name": "b"}],
            "spec.template.spec.containers",
        ),
        (
            ("spec", "template", "spec", "containers", 0, "name"),
            "b",
            "spec.template.spec.containers[0].name",
        ),
    ],
)
def test_a_changed_value_is_named_with_its_path(
    path: tuple[Any, ...], value: Any, where: str
) -> None:
    """Another value, none, or a list of another length is found where it is."""
    assert found(bent(path, value)) == [where]


def release_of(world: World) -> tuple[Cluster, Any]:
    """The view of geolocation's release."""
    cluster = Cluster(world.observation().objects)
    return cluster, Helm(cluster).release("geolocation")


def test_a_fresh_release_is_as_made() -> None:
    """What Helm has just deployed is as it made it, its Secret included."""
    cluster, release = release_of(solved_world())
    assert {o["kind"] for o in release.latest.objects} >= {"Secret", "Deployment", "Service"}
    expect_as_made(cluster, release, release.latest)


@pytest.mark.parametrize(
    ("kind", "name", "part", "key", "value"),
    [
        ("v1/Secret", "geolocation-secret", "data", "GEO_API_KEY", "b3RoZXI="),
        ("v1/ConfigMap", "geolocation-config", "data", "LOG_LEVEL", "DEBUG"),
        ("apps/v1/Deployment", "geolocation", "spec", "replicas", 1),
        ("v1/Service", "geolocation", "metadata", "labels", {}),
        ("v1/Service", "geolocation", "metadata", "annotations", {}),
    ],
)
def test_a_hand_s_change_fails(kind: str, name: str, part: str, key: str, value: Any) -> None:
    """A changed Secret, value or label fails; so does an object that is no longer the release's."""
    world = solved_world()
    world.get(kind, name)[part][key] = value
    cluster, release = release_of(world)
    with pytest.raises(CheckFailed):
        expect_as_made(cluster, release, release.latest)


def test_a_missing_object_fails() -> None:
    """An object of the release that is gone fails, and the finding names it."""
    world = solved_world()
    world.remove("v1/ConfigMap", "geolocation-config")
    cluster, release = release_of(world)
    with pytest.raises(CheckFailed, match="geolocation-config"):
        expect_as_made(cluster, release, release.latest)


def test_an_unreadable_manifest_is_our_error() -> None:
    """Where the manifest can't be read nothing is said of the work."""
    world = solved_world()
    cluster, release = release_of(world)
    unread = type(release.latest)(**{**vars(release.latest), "objects": None})
    with pytest.raises(CannotJudge):
        expect_as_made(cluster, release, unread)
