"""What counts as changed: a hand's work, never the cluster's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.checks import CannotJudge
from grader.judging.guards import Comparison
from grader.model.observation import Observation
from grader.model.scenario import Selector
from grader.model.studio import NAMESPACE
from tests.judging.world import World, baseline_world

BASELINE = baseline_world().observation()


def changes(bend: Callable[[World], object], *may_change: Selector) -> list[str]:
    """What is reported after a world was bent."""
    world = baseline_world()
    bend(world)
    return [str(change) for change in Comparison(BASELINE).changes(world.observation(), may_change)]


def own_life(world: World) -> None:
    """All that a healthy cluster does by itself within minutes."""
    for objects in world.objects.values():
        for found in objects:
            found["metadata"]["resourceVersion"] = "999999"
            found["metadata"]["generation"] = 7
            found["metadata"].pop("managedFields", None)
            found["status"] = {"anything": "else"}
    world.remove("v1/Pod", "audio-5d8f-0")
    world.remove("apps/v1/ReplicaSet", "audio-5d8f")
    world.objects["discovery.k8s.io/v1/EndpointSlice"].clear()
    world.add("v1/Event", "audio.1", message="Killing")
    world.add("coordination.k8s.io/v1/Lease", "node-1", "kube-node-lease")
    node = world.get("v1/Node", "node-1", "")
    node["spec"]["taints"] = [{"key": "node.kubernetes.io/not-ready"}]
    node["metadata"]["annotations"] = {"node.alpha.kubernetes.io/ttl": "15"}
    deployment = world.get("apps/v1/Deployment", "audio")
    deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "3"
    template = deployment["spec"]["template"]
    template["metadata"] = {
        **template["metadata"],
        "annotations": {"kubectl.kubernetes.io/restartedAt": "2026-01-01T12:05:00Z"},
        "creationTimestamp": None,
    }


def test_the_cluster_s_own_life_is_no_change() -> None:
    """Statuses, versions, events, leases, endpoints, replaced pods and restarts are nobody's change."""
    assert changes(own_life) == []


def test_an_object_made_again_is_unchanged() -> None:
    """An object deleted and made again the same is the same, whatever its identity and address."""

    def bend(world: World) -> None:
        service = world.get("v1/Service", "audio")
        service["metadata"]["uid"] = "another"
        service["spec"]["clusterIP"] = "10.96.77.7"
        service["spec"]["clusterIPs"] = ["10.96.77.7"]

    assert changes(bend) == []


def test_changed_and_deleted_are_named_with_their_place() -> None:
    """A change is reported with kind, namespace, name and path; a deletion as such."""

    def bend(world: World) -> None:
        world.get("apps/v1/Deployment", "audio")["spec"]["replicas"] = 0
        world.remove("v1/ConfigMap", "routing-config")

    assert changes(bend) == [
        f"Deployment {NAMESPACE}/audio changed: spec.replicas",
        f"ConfigMap {NAMESPACE}/routing-config deleted",
    ]


@pytest.mark.parametrize(
    "bend",
    [
        lambda w: w.get("v1/Secret", "audio-secret")["data"].update(NEW="eA=="),
        lambda w: w.get("v1/Service", "audio")["spec"].update(clusterIP="None"),
        lambda w: w.get("v1/Service", "audio")["spec"].update(selector={"app": "x"}),
        lambda w: w.get("v1/Node", "node-1", "")["spec"].update(unschedulable=True),
        lambda w: w.get("v1/Namespace", "default", "")["metadata"].update(labels={"a": "b"}),
        lambda w: w.get("v1/ConfigMap", "audio-config")["metadata"].update(deletionTimestamp="x"),
        lambda w: w.get("v1/ConfigMap", "coredns", "kube-system").update(data={}),
    ],
    ids=["data", "headless", "selector", "cordon", "label", "going", "name server"],
)
def test_a_hand_s_work_is_a_change(bend: Callable[[World], object]) -> None:
    """Data, selectors, headlessness, cordons, labels and objects on their way out are changes."""
    assert len(changes(bend)) == 1


def _policy(*, turned: bool, protocol: str = "TCP") -> dict[str, Any]:
    """The rules of a network policy, or the same ones in another order."""
    ports = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": protocol}]
    callers = [{"podSelector": {"matchLabels": {"app": name}}} for name in ("live", "iptv")]
    rules = [{"to": callers, "ports": ports}, {"ports": [{"port": 8014, "protocol": "TCP"}]}]
    if turned:
        ports.reverse()
        callers.reverse()
        rules.reverse()
    return {"podSelector": {}, "policyTypes": ["Egress"], "egress": rules}


def test_an_order_that_means_nothing_is_no_change() -> None:
    """Rules, peers and ports may be listed as one likes; what they say may not be otherwise, nor may a command's words."""
    kind = "networking.k8s.io/v1/NetworkPolicy"
    before, same, other = baseline_world(), baseline_world(), baseline_world()
    before.add(kind, "security", spec=_policy(turned=False))
    same.add(kind, "security", spec=_policy(turned=True))
    other.add(kind, "security", spec=_policy(turned=True, protocol="SCTP"))
    for world, command in ((before, "ab"), (same, "ab"), (other, "ba")):
        world.get("apps/v1/Deployment", "audio")["spec"]["command"] = list(command)
    baseline = before.observation()
    assert Comparison(baseline).changes(same.observation(), ()) == []
    assert [
        str(change).partition(": ")[0]
        for change in Comparison(baseline).changes(other.observation(), ())
    ] == [
        f"Deployment {NAMESPACE}/audio changed",
        f"NetworkPolicy {NAMESPACE}/security changed",
    ]


def test_secret_values_are_compared_by_hash() -> None:
    """A Secret's changed value is a change, though no value is recorded."""

    def bend(world: World) -> None:
        secret = world.get("v1/Secret", "audio-secret")
        secret["data"] = dict.fromkeys(secret["data"], "Y2hhbmdlZA==")

    (change,) = changes(bend)
    assert change.startswith(f"Secret {NAMESPACE}/audio-secret changed: data.")


def test_additions_count_only_where_they_reach() -> None:
    """A pod to look around with is nobody's business; a webhook or a quota acts on all the others."""

    def harmless(world: World) -> None:
        for kind in ("v1/Pod", "v1/ConfigMap", "v1/Service", "apps/v1/Deployment"):
            world.add(kind, "mine")
        labels = {"kube-aggregator.kubernetes.io/automanaged": "true"}
        kind = "apiregistration.k8s.io/v1/APIService"
        world.add(kind, "v1.mine.io", "", metadata={"labels": labels})

    assert changes(harmless) == []
    assert changes(lambda w: w.add("v1/ResourceQuota", "tight")) == [
        f"ResourceQuota {NAMESPACE}/tight added"
    ]


def test_what_the_scenario_allows_is_no_change() -> None:
    """An object that the scenario lists may change, and only that one."""

    def bend(world: World) -> None:
        world.get("v1/ConfigMap", "audio-config")["data"]["LOG_LEVEL"] = "DEBUG"
        world.get("v1/ConfigMap", "iptv-config")["data"]["LOG_LEVEL"] = "DEBUG"

    (change,) = changes(bend, Selector("ConfigMap", "audio-config"))
    assert "iptv-config" in change


def test_empty_baseline_is_refused() -> None:
    """Nothing can be told from a baseline without Deployments or Namespaces."""
    for objects in ({}, {"v1/Namespace": BASELINE.objects["v1/Namespace"]}):
        with pytest.raises(CannotJudge):
            Comparison(Observation("", objects))


def bent(*bends: Callable[[World], object]) -> Observation:
    """What a grader sees of the baseline's world after it was bent."""
    world = baseline_world()
    for bend in bends:
        bend(world)
    return world.observation()


def set_audio(*, image: str | None = None, replicas: int | None = None) -> Callable[[World], None]:
    """Another image or number of replicas of the Deployment audio."""

    def bend(world: World) -> None:
        spec = world.get("apps/v1/Deployment", "audio")["spec"]
        if image is not None:
            spec["template"] = {**spec["template"], "spec": {"containers": [{"image": image}]}}
        if replicas is not None:
            spec["replicas"] = replicas

    return bend


def after_fault(now: Observation, found: Observation, *may_change: Selector) -> list[str]:
    """What is reported of a sandbox that a fault had changed before the candidate began."""
    return [str(c) for c in Comparison(BASELINE, found).changes(now, may_change)]


BROKEN = set_audio(image="bad", replicas=3)


@pytest.mark.parametrize(
    "hand",
    [set_audio(), set_audio(replicas=1), set_audio(image="bad"), BROKEN],
    ids=["mended", "replicas mended", "image mended", "untouched"],
)
def test_what_the_fault_changed_may_stay_or_be_mended(hand: Callable[[World], None]) -> None:
    """A place is unchanged where it is as before the fault or as the candidate found it."""
    assert after_fault(bent(hand), bent(BROKEN)) == []


def test_a_third_state_is_a_change() -> None:
    """A value that is neither that of before nor the one found is reported, and only it."""
    now = bent(set_audio(image="bad", replicas=5))
    place = f"Deployment {NAMESPACE}/audio changed: spec.replicas"
    assert after_fault(now, bent(BROKEN)) == [place]
    now = bent(set_audio(image="other"))
    (change,) = after_fault(now, bent(BROKEN))
    assert change.endswith("containers[0].image")


def test_what_the_fault_added_or_deleted_may_go_or_come_back() -> None:
    """An object of the fault's may go, one that the fault took away may stay away or come back."""

    def add(world: World) -> None:
        world.add("v1/ResourceQuota", "tight", spec={"hard": {"pods": "1"}})

    def delete(world: World) -> None:
        world.remove("v1/Service", "audio")

    broken = bent(add, delete)
    assert after_fault(bent(), broken) == []
    assert after_fault(broken, broken) == []
    assert after_fault(bent(add), broken) == []
    other = bent(lambda world: world.add("v1/ResourceQuota", "tight", spec={"hard": {"pods": "9"}}))
    assert after_fault(other, broken) == [
        f"ResourceQuota {NAMESPACE}/tight changed: spec.hard.pods"
    ]


def test_fields_allow_a_part_of_an_object() -> None:
    """A selector with fields allows those places and what is below, not others, and no deletion."""
    template = Selector("Deployment", "audio", fields=("spec.template",))
    assert changes(set_audio(image="other"), template) == []
    place = f"Deployment {NAMESPACE}/audio changed: spec.replicas"
    assert changes(set_audio(image="other", replicas=4), template) == [place]
    gone = f"Deployment {NAMESPACE}/audio deleted"
    assert changes(lambda world: world.remove("apps/v1/Deployment", "audio"), template) == [gone]
    assert not Selector("Deployment", "audio", fields=("spec.temp",)).covers("spec.template.x")
