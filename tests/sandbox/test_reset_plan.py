"""From two looks at a cluster to the steps between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.model.observation import KubeObject
from grader.model.studio import NAMESPACE
from grader.sandbox.reset.differences import differences
from grader.sandbox.reset.objects import Key, is_ending, key_of
from grader.sandbox.reset.plan import Plan, plan
from tests.judging.world import STUDIO, World, install, studio_world

RELEASES: frozenset[Key] = frozenset(
    {
        *(
            (kind, NAMESPACE, name)
            for name in ("audio", "game")
            for kind in ("v1/Service", "apps/v1/Deployment")
        ),
        *(("v1/ConfigMap", NAMESPACE, f"{name}-config") for name in ("audio", "game")),
        *(("v1/Secret", NAMESPACE, f"{name}-secret") for name in ("audio", "game")),
        *(("v1/Secret", NAMESPACE, f"sh.helm.release.v1.{name}.v1") for name in ("audio", "game")),
    }
)


@pytest.fixture
def origin() -> World:
    """Two services, each with its objects, and what a cluster has beside them."""
    world = studio_world("audio", "game")
    world.add("v1/ServiceAccount", "default")
    world.add("rbac.authorization.k8s.io/v1/Role", "reader", rules=[])
    return world


def steps(origin: World, live: World, **more: Any) -> Plan:
    """The plan from one to the other."""
    return plan(origin.objects, live.objects, RELEASES, **more)


def names(objects: tuple[KubeObject, ...]) -> list[str]:
    """Kind and name of each."""
    return [f"{o['kind']}/{o['metadata']['name']}" for o in objects]


def carried_out(made: Plan, origin: World, live: World) -> World:
    """What is there after the steps, and after controllers have made again what was taken from them."""
    after = live.copy()
    gone = {o["metadata"]["uid"] for o in (*made.reaching, *made.remove, *made.pods)}
    for kind, found in after.objects.items():
        after.objects[kind] = [
            o
            for o in found
            if o["metadata"]["uid"] not in gone
            and o["metadata"].get("namespace", "") not in made.spaces
        ]
    back = [*made.create, *(_at(origin, key) for key in made.install)]
    for one in made.replace:
        after.remove(
            f"{one['apiVersion']}/{one['kind']}",
            one["metadata"]["name"],
            one["metadata"].get("namespace", ""),
        )
        back.append(one)
    for one in back:
        after.objects[f"{one['apiVersion']}/{one['kind']}"].append(dict(one))
    for kind in ("apps/v1/ReplicaSet", "v1/Pod"):
        there = {o["metadata"]["name"] for o in after.objects[kind]}
        after.objects[kind] += [
            o for o in origin.objects[kind] if o["metadata"]["name"] not in there
        ]
    return after


def _at(world: World, key: Key) -> KubeObject:
    return next(o for o in world.objects[key[0]] if key_of(key[0], o) == key)


def test_nothing_to_do(origin: World) -> None:
    """Where nothing was done there is no step; what the cluster writes by itself is none."""
    live = origin.copy()
    live.add("v1/Event", "audio.1")
    live.get("apps/v1/Deployment", "audio")["status"]["observedGeneration"] = 2
    assert steps(origin, live) == Plan()


def test_what_was_added_goes(origin: World) -> None:
    """A new release goes with its record, its ReplicaSets and its pods, at once."""
    live = origin.copy()
    install(live, STUDIO.services["routing"], replicas=2)
    made = steps(origin, live)
    assert set(names(made.remove)) == {
        "EndpointSlice/routing-abcde",
        "ConfigMap/routing-config",
        "Secret/routing-secret",
        "Secret/sh.helm.release.v1.routing.v1",
        "Service/routing",
        "Deployment/routing",
        "ReplicaSet/routing-5d8f",
    }
    assert names(made.pods) == ["Pod/routing-5d8f-0", "Pod/routing-5d8f-1"]
    assert (made.create, made.replace, made.install, made.spaces) == ((), (), (), ())


def test_what_was_deleted_comes_back(origin: World) -> None:
    """A deleted object of a release comes back as Helm made it, another one as it was."""
    live = origin.copy()
    live.remove("v1/Service", "audio")
    live.remove("rbac.authorization.k8s.io/v1/Role", "reader")
    made = steps(origin, live)
    assert made.install == (("v1/Service", NAMESPACE, "audio"),)
    assert names(made.create) == ["Role/reader"]
    assert (made.remove, made.pods, made.replace) == ((), (), ())


def _scaled(world: World) -> None:
    world.get("apps/v1/Deployment", "audio")["spec"]["replicas"] = 0


def _written_and_taken_back(world: World) -> None:
    world.get("apps/v1/Deployment", "audio")["metadata"]["generation"] = 3


def _taken_over(world: World) -> None:
    managed = world.get("apps/v1/Deployment", "audio")["metadata"]["managedFields"]
    managed.append({"manager": "kubectl-edit", "operation": "Update", "fieldsV1": {"f:spec": {}}})


def _made_anew(world: World) -> None:
    world.get("apps/v1/Deployment", "audio")["metadata"]["uid"] = "another"


def _kept_from_going(world: World) -> None:
    world.get("apps/v1/Deployment", "audio")["metadata"]["finalizers"] = ["mine/never"]


def _replica_set_changed(world: World) -> None:
    world.get("apps/v1/ReplicaSet", "audio-5d8f")["spec"] = {"replicas": 5}


def _second_replica_set(world: World) -> None:
    old = world.get("apps/v1/ReplicaSet", "audio-5d8f")
    owner = old["metadata"]["ownerReferences"]
    world.add("apps/v1/ReplicaSet", "audio-77aa", metadata={"ownerReferences": owner})


def _replica_set_made_anew(world: World) -> None:
    world.get("apps/v1/ReplicaSet", "audio-5d8f")["metadata"]["uid"] = "another"


@pytest.mark.parametrize(
    "damage",
    [
        _scaled,
        _written_and_taken_back,
        _taken_over,
        _made_anew,
        _kept_from_going,
        _replica_set_changed,
        _second_replica_set,
        _replica_set_made_anew,
    ],
)
def test_a_touched_deployment_is_made_anew(origin: World, damage: Callable[[World], None]) -> None:
    """Whatever somebody did to a release's Deployment or below it, it goes with all below it and comes back."""
    live = origin.copy()
    damage(live)
    made = steps(origin, live)
    assert "Deployment/audio" in names(made.remove)
    assert made.install == (("apps/v1/Deployment", NAMESPACE, "audio"),)
    assert "Pod/audio-5d8f-0" in names(made.pods)
    assert not [name for name in names(made.pods) if "game" in name]


def test_a_changed_configuration_keeps_the_pods(origin: World) -> None:
    """A ConfigMap that nobody has read since is made again alone."""
    live = origin.copy()
    live.get("v1/ConfigMap", "game-config")["data"]["X"] = "y"
    made = steps(origin, live)
    assert names(made.remove) == ["ConfigMap/game-config"]
    assert made.install == (("v1/ConfigMap", NAMESPACE, "game-config"),)
    assert made.pods == ()


def test_a_changed_object_of_the_system_gets_its_content_back(origin: World) -> None:
    """What is of no release is not thrown away but put right where it is."""
    live = origin.copy()
    live.get("v1/ConfigMap", "coredns", "kube-system")["data"] = {"Corefile": "."}
    live.get("v1/Node", "node-1", "")["spec"]["unschedulable"] = True
    made = steps(origin, live)
    assert names(made.replace) == ["ConfigMap/coredns", "Node/node-1"]
    assert made.replace[0]["data"] == {"Corefile": ".:53 {\n}\n"}
    assert (made.remove, made.create, made.install) == ((), (), ())


def _restarted(pod: dict[str, Any]) -> None:
    pod["status"]["containerStatuses"][0]["restartCount"] = 1


def _relabelled(pod: dict[str, Any]) -> None:
    pod["metadata"]["labels"] = {"mine": "yes"}


def _other_image(pod: dict[str, Any]) -> None:
    pod["spec"] = {"containers": [{"name": "game", "image": "other:1"}]}


def _replaced(pod: dict[str, Any]) -> None:
    pod["metadata"]["uid"] = "another"


def _unready(pod: dict[str, Any]) -> None:
    pod["status"]["containerStatuses"][0]["ready"] = False


@pytest.mark.parametrize("damage", [_restarted, _relabelled, _other_image, _replaced, _unready])
def test_a_pod_that_is_not_the_same_ends(
    origin: World, damage: Callable[[dict[str, Any]], None]
) -> None:
    """A pod that restarted, was changed or replaced ends; its controller makes it again; nothing else does."""
    live = origin.copy()
    damage(live.get("v1/Pod", "game-5d8f-0"))
    made = steps(origin, live)
    assert names(made.pods) == ["Pod/game-5d8f-0"]
    assert (made.remove, made.install) == ((), ())


def test_a_suspect_ends(origin: World) -> None:
    """A pod that looks as it did, and in which something else runs, ends."""
    uid = origin.get("v1/Pod", "game-5d8f-0")["metadata"]["uid"]
    assert names(steps(origin, origin.copy(), suspect={uid}).pods) == ["Pod/game-5d8f-0"]


def test_pods_of_the_system_may_restart(origin: World) -> None:
    """A pod of the system's that restarted, or that the node itself keeps, is left alone."""
    mirror = {"annotations": {"kubernetes.io/config.mirror": "x"}}
    status = {"containerStatuses": [{"name": "c", "restartCount": 0, "ready": True}]}
    origin.add("v1/Pod", "coredns-1", "kube-system", spec={}, status=status)
    origin.add("v1/Pod", "etcd", "kube-system", metadata=mirror, spec={}, status=status)
    live = origin.copy()
    _restarted(live.get("v1/Pod", "coredns-1", "kube-system"))
    _replaced(live.get("v1/Pod", "etcd", "kube-system"))
    assert steps(origin, live) == Plan()


def test_what_reaches_far_goes_first(origin: World) -> None:
    """What acts on every request goes before all else, bindings before what they bind; and comes back last."""
    live = origin.copy()
    group = "admissionregistration.k8s.io/v1"
    for kind in ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"):
        live.add(f"{group}/{kind}", "deny", "")
    live.add(f"{group}/MutatingWebhookConfiguration", "hook", "")
    assert names(steps(origin, live).reaching) == [
        "MutatingWebhookConfiguration/hook",
        "ValidatingAdmissionPolicyBinding/deny",
        "ValidatingAdmissionPolicy/deny",
    ]
    assert names(steps(live, origin).create)[-1] == "MutatingWebhookConfiguration/hook"


def test_a_namespace_that_goes_is_waited_for(origin: World) -> None:
    """A namespace that a candidate made goes; one that is being deleted comes back with all that was in it."""
    live = origin.copy()
    live.add("v1/Namespace", "mine", "")
    live.get("v1/Namespace", NAMESPACE, "")["metadata"]["deletionTimestamp"] = (
        "2026-01-01T00:00:00Z"
    )
    made = steps(origin, live)
    assert made.spaces == ("mine", NAMESPACE)
    assert names(made.create)[0] == f"Namespace/{NAMESPACE}"
    assert set(made.install) == RELEASES


def test_objects_in_a_strangers_hand_are_let_go(origin: World) -> None:
    """What is being deleted and kept from going is freed, and made again where it was there before."""
    live = origin.copy()
    secret = live.get("v1/Secret", "audio-secret")
    secret["metadata"] |= {
        "deletionTimestamp": "2026-01-01T00:00:00Z",
        "finalizers": ["mine/never"],
    }
    made = steps(origin, live)
    assert names(made.remove) == ["Secret/audio-secret"]
    assert made.install == (("v1/Secret", NAMESPACE, "audio-secret"),)


def test_addresses_in_a_strangers_hand_go(origin: World) -> None:
    """An EndpointSlice that somebody else than the cluster wrote goes; the cluster's own stay."""
    own = [{"manager": "kube-controller-manager", "operation": "Update"}]
    live = origin.copy()
    for world in (origin, live):
        for one in world.objects["discovery.k8s.io/v1/EndpointSlice"]:
            one["metadata"]["managedFields"] = own
    live.get("discovery.k8s.io/v1/EndpointSlice", "game-abcde")["metadata"]["managedFields"] = [
        *own,
        {"manager": "kubectl-edit", "operation": "Update"},
    ]
    live.add("discovery.k8s.io/v1/EndpointSlice", "mine")
    assert names(steps(origin, live).remove) == ["EndpointSlice/game-abcde", "EndpointSlice/mine"]


def test_a_false_owner_hides_nothing(origin: World) -> None:
    """An object that says it belongs to what was there before goes all the same, with what it says it belongs to."""
    live = origin.copy()
    deployment = live.get("apps/v1/Deployment", "audio")
    owner = {
        "kind": "Deployment",
        "name": "audio",
        "uid": deployment["metadata"]["uid"],
        "controller": True,
    }
    live.add("networking.k8s.io/v1/NetworkPolicy", "mine", metadata={"ownerReferences": [owner]})
    assert "NetworkPolicy/mine" in names(steps(origin, live).remove)


def _everything(world: World) -> None:
    world.objects["apps/v1/Deployment"].clear()
    world.objects["apps/v1/ReplicaSet"].clear()
    world.objects["v1/Pod"].clear()
    world.objects["v1/ConfigMap"].clear()


def _upgraded(world: World) -> None:
    record = world.get("v1/Secret", "sh.helm.release.v1.audio.v1")
    record["metadata"]["labels"] = {"status": "superseded", "owner": "helm"}
    world.add("v1/Secret", "sh.helm.release.v1.audio.v2", type=record["type"], data=record["data"])
    _second_replica_set(world)


def _crowded(world: World) -> None:
    world.add("v1/Namespace", "mine", "")
    world.add("v1/ConfigMap", "x", "mine")
    install(world, STUDIO.services["routing"])
    _relabelled(world.pods("game")[0])


@pytest.mark.parametrize("damage", [_everything, _upgraded, _crowded, _scaled, _kept_from_going])
def test_the_steps_lead_back(origin: World, damage: Callable[[World], None]) -> None:
    """Whatever was done, there is a difference before the steps, and none once they are carried out."""
    live = origin.copy()
    damage(live)
    assert differences(origin.objects, live.objects)
    after = carried_out(steps(origin, live), origin, live)
    assert differences(origin.objects, after.objects) == []
    assert not any(is_ending(o) for found in after.objects.values() for o in found)


def test_differences_are_named(origin: World) -> None:
    """What is missing, there, different, or on its way out, is named with its kind and place; pods are counted."""
    live = origin.copy()
    live.remove("v1/Service", "audio")
    live.add("v1/ConfigMap", "mine", "default")
    live.get("v1/ConfigMap", "game-config")["data"] = {}
    live.get("v1/Secret", "game-secret")["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    live.objects["v1/Pod"] = live.pods("game")
    assert differences(origin.objects, live.objects) == [
        f"Service/{NAMESPACE}/audio is missing",
        "ConfigMap/default/mine is there",
        f"ConfigMap/{NAMESPACE}/game-config differs",
        f"Secret/{NAMESPACE}/game-secret is being deleted",
        f"0 pods of {NAMESPACE}/audio-5d8f instead of {len(origin.pods('audio'))}",
    ]


def test_a_release_made_at_another_time_is_the_same(origin: World) -> None:
    """A record that differs in its times alone is as it was; in anything else it is not."""
    live = World(dict(origin.objects))
    studio = studio_world("audio", "game").objects["v1/Secret"]
    assert [o["type"] for o in studio].count("helm.sh/release.v1") == 2
    again = origin.copy()
    install_later(again)
    assert differences(live.objects, again.objects) == []
    install_later(again, status="failed")
    assert differences(live.objects, again.objects) == [
        f"Secret/{NAMESPACE}/sh.helm.release.v1.audio.v1 differs"
    ]


def install_later(world: World, **info: str) -> None:
    """Have audio's record say that it was made at another time."""
    from grader.checks.helm_storage import decode_release, encode_release  # noqa: PLC0415

    record = world.get("v1/Secret", "sh.helm.release.v1.audio.v1")
    release = dict(decode_release(record["data"]["release"]))
    later = {"first_deployed": "2027-01-01T00:00:00Z", "last_deployed": "2027-01-01T00:00:00Z"}
    release["info"] = {**release["info"], **later, **info}
    record["data"] = {"release": encode_release(release)}
