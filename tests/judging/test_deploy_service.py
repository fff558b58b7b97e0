"""The scenario deploy-service, on hand-written clusters: each mistake costs exactly what it must."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.judging.collect import collect_checks
from grader.judging.judge import judge
from grader.judging.observing.observe import Wants
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
    """Deployed without the production values but for the number of pods."""
    install(world, GEOLOCATION, config=DEVELOPMENT)


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


def no_endpoints(world: World) -> None:
    """The Service leads nowhere, although something answers as it should."""
    for piece in world.objects["discovery.k8s.io/v1/EndpointSlice"]:
        if piece["metadata"]["name"].startswith("geolocation-"):
            piece["endpoints"] = []


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
