"""The other services: whatever a hand does to one of them is seen, nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.checks import CheckFailed, Cluster
from grader.checks.studio_health import expect_others_well
from tests.judging.world import STUDIO, World, release_secret, solved_world

BEFORE = Cluster(solved_world().observation().objects)


def judge(bend: Callable[[World], object]) -> None:
    """Judge a world in which a hand was at work; geolocation is what the task is about."""
    world = solved_world()
    bend(world)
    cluster = Cluster(world.observation().objects)
    expect_others_well(cluster, BEFORE, STUDIO, besides=["geolocation"])


def test_the_service_of_the_task_is_not_looked_at() -> None:
    """Nothing is asked of the services that the task is about; replaced pods are no harm."""

    def bend(world: World) -> None:
        world.remove("apps/v1/Deployment", "geolocation")
        world.pods("payment")[0]["metadata"]["name"] = "payment-another"

    judge(bend)


def scaled_to_zero(world: World) -> None:
    """Its pods are gone."""
    for pod in world.pods("payment"):
        world.objects["v1/Pod"].remove(pod)


def unready(world: World) -> None:
    """One of its pods is not ready."""
    world.pods("payment")[0]["status"]["conditions"] = []


def other_version(world: World) -> None:
    """Its pods run another image."""
    for pod in world.pods("payment"):
        pod["spec"] = {"containers": [{"name": "payment", "image": "x/payment:1"}]}


def deleted(world: World) -> None:
    """Its Deployment is gone."""
    world.remove("apps/v1/Deployment", "payment")


def redirected(world: World) -> None:
    """Its Service leads to other pods too."""
    (piece,) = [
        o
        for o in world.objects["discovery.k8s.io/v1/EndpointSlice"]
        if o["metadata"]["name"] == "payment-abcde"
    ]
    piece["endpoints"].append({"addresses": ["10.9.9.9"]})


def upgraded(world: World) -> None:
    """Its release has a second revision."""
    world.add("v1/Secret", "sh.helm.release.v1.payment.v2", **release_secret("payment", 2, {}))


def uninstalled(world: World) -> None:
    """Helm knows nothing of it any more."""
    world.remove("v1/Secret", "sh.helm.release.v1.payment.v1")


@pytest.mark.parametrize(
    "bend",
    [scaled_to_zero, unready, other_version, deleted, redirected, upgraded, uninstalled],
    ids=lambda bend: bend.__name__,
)
def test_harm_to_another_service_fails(bend: Callable[[World], None]) -> None:
    """Each kind of harm fails, and the finding names the service."""
    with pytest.raises(CheckFailed, match="payment"):
        judge(bend)
