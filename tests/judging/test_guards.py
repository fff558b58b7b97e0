"""What counts as changed: a hand's work, never the cluster's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.checks import CannotJudge
from grader.judging.guards import changed_objects
from grader.model.observation import Observation
from grader.model.scenario import Selector
from grader.model.studio import NAMESPACE
from tests.judging.world import World, baseline_world

BASELINE = baseline_world().observation()


def changes(bend: Callable[[World], object], *may_change: Selector) -> list[str]:
    """What is reported after a world was bent."""
    world = baseline_world()
    bend(world)
    return [str(change) for change in changed_objects(BASELINE, world.observation(), may_change)]


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
            changed_objects(Observation("", objects), BASELINE, ())
