"""The scenario deploy-service, on hand-written clusters: each mistake costs exactly what it must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.judging.collect import collect_checks
from grader.judging.judge import judge
from grader.judging.observe import Wants
from grader.model.observation import ProbeAnswer, StartingPoint
from grader.model.score import score, verdict_of
from grader.model.studio import NAMESPACE
from grader.model.verdict import Verdict
from tests.judging.world import (
    GEOLOCATION,
    STUDIO,
    World,
    baseline_world,
    deploy_service,
    install,
    log_line,
    release_secret,
    solved_world,
    speaker,
)

SCENARIO = deploy_service()
CHECKS = collect_checks(SCENARIO)
PROBES = Wants.of([check.declaration for check in CHECKS]).probes
BASELINE = StartingPoint.of(baseline_world().observation())
OBJECTIVES = {check.id for check in CHECKS if not check.declaration.guard}
DEVELOPMENT = {**GEOLOCATION.config, "PIVORI_ENVIRONMENT": "development", "LOG_LEVEL": "DEBUG"}


def judged(world: World) -> tuple[set[str], int]:
    """Which checks fail on a world, and the points it earns; errors are not expected."""
    results = judge(SCENARIO, world.observation(PROBES), BASELINE)
    assert not [r for r in results if r.verdict is Verdict.ERROR], results
    return {r.id for r in results if r.verdict is Verdict.FAILED}, score(results).earned


def expected_of(answer: str) -> tuple[set[str], int | None]:
    """What a stored answer declares."""
    found = next(a for a in SCENARIO.answers if a.name == answer)
    return set(found.expects.failed), found.expects.points


def test_right_work_gets_every_point() -> None:
    """A complete deployment passes every check and earns 100."""
    assert judged(solved_world()) == (set(), 100)


def test_untouched_sandbox_gets_nothing() -> None:
    """Every objective check fails on the untouched sandbox, every guard holds, no point is earned."""
    assert judged(baseline_world()) == (OBJECTIVES, 0)


def default_values(world: World) -> None:
    """Deployed without the production values."""
    install(world, GEOLOCATION, config=DEVELOPMENT, replicas=1)


def other_namespace(world: World) -> None:
    """Deployed well, in another namespace."""
    install(world, GEOLOCATION)
    for found in [o for objects in world.objects.values() for o in objects]:
        name = found["metadata"]["name"]
        if "geolocation" in name and found["metadata"].get("namespace") == NAMESPACE:
            found["metadata"]["namespace"] = "default"
    del world.answers["geolocation"]


def kubectl_apply(world: World) -> None:
    """Applied as manifests: no release."""
    install(world, GEOLOCATION, helm=False)


def bad_release(world: World) -> None:
    """A release whose pods crash at their start."""
    install(world, GEOLOCATION, version="2.5.0")
    for pod in world.pods("geolocation"):
        pod["status"]["conditions"] = [{"type": "Ready", "status": "False"}]
        pod["status"]["containerStatuses"][0]["restartCount"] = 2
        world.logs[pod["metadata"]["name"]] = log_line("ERROR", "cannot open the spatial index")
    world.get("apps/v1/Deployment", "geolocation")["status"]["readyReplicas"] = 0
    world.objects["discovery.k8s.io/v1/EndpointSlice"][-1]["endpoints"] = []
    world.answers["geolocation"] = lambda _path: ProbeAnswer(503, "no endpoints available")


def old_version(world: World) -> None:
    """The release before the stable one."""
    install(world, GEOLOCATION, version="2.3.0")


def scaled_to_zero(world: World) -> None:
    """Deployed well, then scaled to zero."""
    install(world, GEOLOCATION)
    deployment = world.get("apps/v1/Deployment", "geolocation")
    deployment["spec"]["replicas"] = 0
    deployment["status"] = {"observedGeneration": 1}
    for pod in world.pods("geolocation"):
        world.objects["v1/Pod"].remove(pod)
    no_endpoints(world)
    world.answers["geolocation"] = lambda _path: ProbeAnswer(0, error="no endpoints")


def lookalike_service(world: World) -> None:
    """Only a Service, which leads to routing's pods."""
    world.add(
        "v1/Service",
        "geolocation",
        spec={"selector": {"app.kubernetes.io/name": "routing"}, "ports": [{"port": 8010}]},
    )
    endpoints = [{"addresses": [pod["status"]["podIP"]]} for pod in world.pods("routing")]
    world.add(
        "discovery.k8s.io/v1/EndpointSlice",
        "geolocation-xyz",
        metadata={"labels": {"kubernetes.io/service-name": "geolocation"}},
        endpoints=endpoints,
    )
    routing = STUDIO.services["routing"]
    world.answers["geolocation"] = speaker(routing, routing.stable, routing.config)


def collateral(world: World) -> None:
    """Deployed well, with another service scaled to zero."""
    install(world, GEOLOCATION)
    payment = world.get("apps/v1/Deployment", "payment")
    payment["spec"]["replicas"] = 0
    payment["status"] = {"observedGeneration": 1}
    for pod in world.pods("payment"):
        world.objects["v1/Pod"].remove(pod)


def edited_neighbour(world: World) -> None:
    """Deployed well, with another service's configuration changed."""
    install(world, GEOLOCATION)
    world.get("v1/ConfigMap", "routing-config")["data"]["ROUTING_PROFILE"] = "bike"


WRONG: list[Callable[[World], None]] = [
    default_values,
    other_namespace,
    kubectl_apply,
    bad_release,
    old_version,
    scaled_to_zero,
    lookalike_service,
    collateral,
    edited_neighbour,
]
NAMES = {"other_namespace": "wrong-namespace"}


@pytest.mark.parametrize("work", WRONG, ids=lambda work: work.__name__)
def test_wrong_answers_score_what_they_declare(work: Callable[[World], None]) -> None:
    """Each stored wrong answer's outcome fails exactly the checks, and earns the points, it declares."""
    world = baseline_world()
    work(world)
    name = NAMES.get(work.__name__, f"wrong-{work.__name__.replace('_', '-')}")
    assert judged(world) == expected_of(name)


def test_every_wrong_answer_is_tried_here() -> None:
    """No stored wrong answer is left out of these tests."""
    tried = {NAMES.get(w.__name__, f"wrong-{w.__name__.replace('_', '-')}") for w in WRONG}
    assert tried == {a.name for a in SCENARIO.answers if not a.right}


def test_passing_needs_all_that_the_runbook_is_about() -> None:
    """No wrong answer that misses Helm, the version, the values or breaks a service reaches the mark."""
    for work in (default_values, kubectl_apply, old_version, collateral):
        world = baseline_world()
        work(world)
        results = judge(SCENARIO, world.observation(PROBES), BASELINE)
        assert verdict_of(results, SCENARIO.pass_percent) is Verdict.FAILED


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


def no_endpoints(world: World) -> None:
    """The Service leads nowhere, although something answers as it should."""
    for piece in world.objects["discovery.k8s.io/v1/EndpointSlice"]:
        if piece["metadata"]["name"].startswith("geolocation-"):
            piece["endpoints"] = []


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


def test_a_failed_check_teaches_in_both_languages() -> None:
    """A failed check says what was expected and seen, where, and why, in French and in English."""
    world = baseline_world()
    other_namespace(world)
    results = judge(SCENARIO, world.observation(PROBES), BASELINE)
    finding = results[0].finding
    assert finding is not None
    assert finding.expected.fr == f"Deployment geolocation dans {NAMESPACE}"
    assert finding.seen.en == "absent; there is one of that name in: default"
    assert finding.where == f"Deployment {NAMESPACE}/geolocation"
    for result in results:
        if result.finding:
            assert result.finding.why.fr
            assert result.finding.why.en


def test_hostile_answers_fail_and_do_not_break_the_judge() -> None:
    """Whatever stands behind the Service and answers, the verdict is a failed check, not an error."""
    for body in ("", "[]", "{", "null", '{"service": NaN}', "\x00\x1b[2J", "[" * 100_000):
        world = solved_world()
        world.answers["geolocation"] = saying(body)
        assert {"version", "production-values", "health"} <= judged(world)[0]


def saying(text: str) -> Callable[[str], ProbeAnswer]:
    """Something that answers the same to everything."""
    return lambda _path: ProbeAnswer(200, text, nonce_echoed=True)


def test_points_add_up_to_a_hundred() -> None:
    """The scenario is worth 100 points."""
    assert sum(check.declaration.points for check in CHECKS) == 100
