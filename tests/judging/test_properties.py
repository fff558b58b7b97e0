"""What must hold whatever a candidate does: order, unrelated objects, and ever better work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.judging.collect import collect_checks
from grader.judging.judge import judge
from grader.judging.observing.observe import Wants
from grader.model.observation import StartingPoint
from grader.model.score import score
from grader.model.studio import NAMESPACE
from tests.judging.folder import ScenarioFolder
from tests.judging.world import World, baseline_world, deploy_service, solved_world

SCENARIO = deploy_service()
PROBES = Wants.of([check.declaration for check in collect_checks(SCENARIO)]).probes
BASELINE = StartingPoint.of(baseline_world().observation())
QUICK = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

Bend = Callable[[World], object]


def _status(value: str) -> Bend:
    def bend(world: World) -> None:
        for pod in world.pods("geolocation"):
            pod["status"]["conditions"][0]["status"] = value

    return bend


DEFECTS: Sequence[Bend] = (
    _status("False"),
    lambda w: w.get("apps/v1/Deployment", "geolocation")["spec"].update(replicas=1),
    lambda w: w.get("v1/ConfigMap", "geolocation-config").update(data={}),
    lambda w: w.logs.clear(),
    lambda w: w.remove("v1/Secret", "sh.helm.release.v1.geolocation.v1"),
    lambda w: w.get("v1/ConfigMap", "routing-config").update(data={}),
    lambda w: w.remove("apps/v1/Deployment", "audio"),
    lambda w: w.answers.pop("geolocation"),
)
NAMES = st.from_regex(r"[a-z]{1,6}", fullmatch=True).map(lambda name: f"other-{name}")
UNRELATED = st.lists(
    st.tuples(
        st.sampled_from(
            ["v1/ConfigMap", "v1/Secret", "v1/Pod", "v1/Service", "apps/v1/Deployment"]
        ),
        NAMES,
        st.sampled_from([NAMESPACE, "default", "elsewhere"]),
        st.dictionaries(st.sampled_from(["app", "app.kubernetes.io/name"]), NAMES, max_size=2),
    ),
    max_size=6,
)


def points(world: World) -> int:
    """What a world earns."""
    return score(judge(SCENARIO, world.observation(PROBES), BASELINE)).earned


@QUICK
@given(st.sets(st.sampled_from(range(len(DEFECTS)))), st.data())
def test_fixing_more_never_lowers_the_score(defects: set[int], data: st.DataObject) -> None:
    """Work with fewer of the same defects never earns less."""
    fixed = data.draw(st.sets(st.sampled_from(sorted(defects)))) if defects else set()
    worse, better = solved_world(), solved_world()
    for defect in sorted(defects):
        DEFECTS[defect](worse)
    for defect in sorted(defects - fixed):
        DEFECTS[defect](better)
    assert points(better) >= points(worse)


@QUICK
@given(UNRELATED, st.booleans())
def test_unrelated_objects_never_change_the_score(
    objects: list[tuple[str, str, str, dict[str, str]]], solved: bool
) -> None:
    """Objects that have nothing to do with the task neither earn nor cost, beside good and no work."""
    world = solved_world() if solved else baseline_world()
    before = points(world)
    for kind, name, namespace, labels in objects:
        world.add(kind, name, namespace, metadata={"labels": labels})
    assert points(world) == before


@QUICK
@given(st.permutations(range(4)), st.sets(st.sampled_from(range(len(DEFECTS)))))
def test_order_of_checks_never_changes_a_verdict(
    scenario_folder: ScenarioFolder, order: list[int], defects: set[int]
) -> None:
    """The same checks, written in another order, give the same verdicts."""
    bodies = [
        f'@check(points={n + 1}, fr="x", en="x")\ndef test_{name}(cluster): {body}\n'
        for n, (name, body) in enumerate(
            {
                "a": "assert cluster.deployment('geolocation').ready_pods",
                "b": "assert cluster.config_map('geolocation-config').data",
                "c": "cluster.deployment('audio').raw",
                "d": "{}['error']",
            }.items()
        )
    ]
    world = reduce(lambda w, n: (DEFECTS[n](w), w)[1], sorted(defects), solved_world())
    observation = world.observation()
    straight = judge(scenario_folder.checks("\n".join(bodies)), observation, BASELINE)
    bent = judge(scenario_folder.checks("\n".join(bodies[n] for n in order)), observation, BASELINE)
    assert {r.id: r.verdict for r in straight} == {r.id: r.verdict for r in bent}
