"""The scenario deploy-service: a single defect in right work fails the checks it concerns, and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.model.observation import ProbeAnswer
from tests.judging.test_deploy_service import DEVELOPMENT, judged, no_endpoints
from tests.judging.world import (
    GEOLOCATION,
    World,
    log_line,
    release_secret,
    solved_world,
    speaker,
)


def unfinished_rollout(world: World) -> None:
    """The controller has not seen the latest form."""
    world.get("apps/v1/Deployment", "geolocation")["metadata"]["generation"] = 2


def pod_not_ready(world: World) -> None:
    """One pod is not ready."""
    world.pods("geolocation")[0]["status"]["conditions"][0]["status"] = "False"


def other_image(world: World) -> None:
    """One pod runs an image of the right name and another registry."""
    container = world.pods("geolocation")[0]["spec"]["containers"][0]
    container["image"] = "docker.io/studio/geolocation:2.4.1"


def stale_answer(world: World) -> None:
    """What answers does not send the nonce back."""
    speak = world.answers["geolocation"]
    world.answers["geolocation"] = lambda path: ProbeAnswer(200, speak(path).body)


def config_not_read(world: World) -> None:
    """The ConfigMap is right, but the pods still run with another configuration."""
    world.answers["geolocation"] = speaker(GEOLOCATION, GEOLOCATION.stable, DEVELOPMENT)


def config_edited(world: World) -> None:
    """The pods run with the production values, but the ConfigMap says something else."""
    world.get("v1/ConfigMap", "geolocation-config")["data"]["LOG_LEVEL"] = "DEBUG"


def secret_edited(world: World) -> None:
    """The pods run with the right secrets, but the Secret holds others."""
    data = world.get("v1/Secret", "geolocation-secret")["data"]
    data.update(dict.fromkeys(data, "b3RoZXI="))


def other_port(world: World) -> None:
    """The Service answers, on another port than the one that everybody knows."""
    world.get("v1/Service", "geolocation")["spec"]["ports"][0]["port"] = 8011


def error_logged(world: World) -> None:
    """A pod has logged an error."""
    name = world.pods("geolocation")[0]["metadata"]["name"]
    world.logs[name] += log_line("error", "no such column")


def restarted(world: World) -> None:
    """A container was restarted."""
    world.pods("geolocation")[1]["status"]["containerStatuses"][0]["restartCount"] = 1


def silent(world: World) -> None:
    """No pod has logged anything."""
    world.logs.clear()


def foreign_endpoint(world: World) -> None:
    """The Service also leads to a pod of another service."""
    address = world.pods("routing")[0]["status"]["podIP"]
    world.add(
        "discovery.k8s.io/v1/EndpointSlice",
        "by-hand",
        metadata={"labels": {"kubernetes.io/service-name": "geolocation"}},
        endpoints=[{"addresses": [address]}],
    )


def unhealthy(world: World) -> None:
    """The route /health says all is well, with status 500."""
    speak = world.answers["geolocation"]

    def answer(path: str) -> ProbeAnswer:
        said = speak(path)
        return replace(said, status=500) if path == "/health" else said

    world.answers["geolocation"] = answer


def no_pod_ready(world: World) -> None:
    """No pod is ready, although something answers as it should."""
    for pod in world.pods("geolocation"):
        pod["status"]["conditions"][0]["status"] = "False"


def neighbour_not_ready(world: World) -> None:
    """A pod of another service is not ready."""
    world.pods("audio")[0]["status"]["conditions"][0]["status"] = "False"


def neighbour_release_failed(world: World) -> None:
    """Another service's latest revision failed."""
    secret = release_secret("audio", 2, {}, status="failed")
    world.add("v1/Secret", "sh.helm.release.v1.audio.v2", **secret)


def failed_release(world: World) -> None:
    """The latest revision failed."""
    world.add(
        "v1/Secret",
        "sh.helm.release.v1.geolocation.v2",
        **release_secret("geolocation", 2, {}, status="failed"),
    )


def release_of_another_chart(world: World) -> None:
    """The release comes from another chart."""
    world.remove("v1/Secret", "sh.helm.release.v1.geolocation.v1")
    secret = release_secret("routing", 1, {})
    world.add("v1/Secret", "sh.helm.release.v1.geolocation.v1", **secret)


def not_made_by_helm(world: World) -> None:
    """A release is there, but the Deployment is not its own."""
    world.get("apps/v1/Deployment", "geolocation")["metadata"]["annotations"] = {}


def neighbour_without_release(world: World) -> None:
    """Another service's release is gone."""
    world.remove("v1/Secret", "sh.helm.release.v1.audio.v1")


def neighbour_hijacked(world: World) -> None:
    """Another service's Service leads to geolocation's pods too."""
    address = world.pods("geolocation")[0]["status"]["podIP"]
    world.add(
        "discovery.k8s.io/v1/EndpointSlice",
        "by-hand",
        metadata={"labels": {"kubernetes.io/service-name": "routing"}},
        endpoints=[{"addresses": [address]}],
    )


def webhook_added(world: World) -> None:
    """A webhook that could change every object."""
    world.add(
        "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration", "mine", "", webhooks=[]
    )


def name_server_changed(world: World) -> None:
    """The name server answers something else."""
    world.get("v1/ConfigMap", "coredns", "kube-system")["data"]["Corefile"] = ".:53 { rewrite }"


@pytest.mark.parametrize(
    ("bend", "failed"),
    [
        (unfinished_rollout, {"pods-ready"}),
        (pod_not_ready, {"pods-ready", "health"}),
        (other_image, {"version", "release-in-history"}),
        (stale_answer, {"version", "production-values", "health"}),
        (config_not_read, {"production-values"}),
        (config_edited, {"production-values", "release-in-history"}),
        (secret_edited, {"production-values", "release-in-history"}),
        (other_port, {"health", "release-in-history"}),
        (error_logged, {"logs-clean"}),
        (restarted, {"logs-clean"}),
        (silent, {"logs-clean"}),
        (foreign_endpoint, {"health"}),
        (unhealthy, {"health"}),
        (no_pod_ready, {"pods-ready", "version", "health"}),
        (no_endpoints, {"health"}),
        (neighbour_not_ready, {"other-services"}),
        (neighbour_release_failed, {"other-services"}),
        (failed_release, {"release-in-history"}),
        (release_of_another_chart, {"release-in-history"}),
        (not_made_by_helm, {"release-in-history"}),
        (neighbour_without_release, {"other-services", "nothing-else-changed"}),
        (neighbour_hijacked, {"other-services"}),
        (webhook_added, {"nothing-else-changed"}),
        (name_server_changed, {"nothing-else-changed"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_defect_costs_its_own_checks(bend: Callable[[World], None], failed: set[str]) -> None:
    """A single defect in right work fails the checks it concerns, and no other."""
    world = solved_world()
    bend(world)
    assert judged(world)[0] == failed
