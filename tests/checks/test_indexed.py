"""Objects found by their index are those that going through all of them finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import Cluster, Helm
from grader.checks.helm_storage import decode_release
from grader.checks.indexed import IndexedObjects
from grader.checks.objects import ObjectView
from grader.model.observation import KubeObject
from tests.judging.world import World, release_secret, solved_world

SPACES, NAMES, UIDS = ["", "one", "two"], ["a", "b", "c"], ["", "u1", "u2", "u3"]
POD = "v1/Pod"


@st.composite
def _owners(draw: st.DrawFn) -> object:
    owner = st.fixed_dictionaries(
        {"uid": st.sampled_from(UIDS)}, optional={"controller": st.booleans()}
    )
    return draw(st.none() | st.lists(owner, max_size=2))


@st.composite
def _objects(draw: st.DrawFn) -> Sequence[KubeObject]:
    metadata = st.fixed_dictionaries(
        {},
        optional={
            "namespace": st.sampled_from(SPACES),
            "name": st.sampled_from(NAMES),
            "ownerReferences": _owners(),
        },
    )
    found = st.fixed_dictionaries({}, optional={"metadata": st.none() | metadata})
    made: list[Mapping[str, object]] = draw(st.lists(found, max_size=8))
    return made


def _metadata(found: KubeObject) -> Mapping[str, object]:
    return found.get("metadata") or {}


@given(_objects(), st.sampled_from(SPACES), st.sampled_from(NAMES), st.sets(st.sampled_from(UIDS)))
def test_as_going_through_all(
    objects: Sequence[KubeObject], space: str, name: str, uids: set[str]
) -> None:
    """The first of a name, and those of several controllers in the order in which they stand."""
    index = IndexedObjects({POD: objects})
    assert [one.found for one in index.of_kind(POD)] == list(objects)
    here = [o for o in objects if _metadata(o).get("namespace", "") == space]
    named = next((o for o in here if _metadata(o).get("name", "") == name), None)
    assert index.named(POD, space, name) is named
    controlled = [
        o for o in here if ObjectView(Cluster({}), POD, space, name, o).controller_uid in uids
    ]
    found = [one.found for one in index.controlled(POD, space, uids)]
    assert [id(one) for one in found] == [id(one) for one in controlled]


def test_the_first_of_a_name() -> None:
    """Where one is there twice, as a check that goes through all of them has it."""
    twice = [{"metadata": {"name": "a", "uid": uid}} for uid in ("first", "second")]
    assert IndexedObjects({POD: twice}).named(POD, "", "a") is twice[0]


def test_in_the_order_in_which_they_stand() -> None:
    """Whichever of their controllers is asked for first."""
    owned = [
        {"metadata": {"name": uid, "ownerReferences": [{"uid": uid, "controller": True}]}}
        for uid in ("b", "a", "c", "a", "b")
    ]
    index = IndexedObjects({POD: owned})
    for asked in (["a", "b"], ["b", "a"]):
        assert [one.name for one in index.controlled(POD, "", asked)] == ["b", "a", "a", "b"]


def test_no_such_kind() -> None:
    """What nobody observed is not there."""
    index = IndexedObjects({})
    assert index.of_kind(POD) == ()
    assert index.named(POD, "", "a") is None
    assert index.controlled(POD, "", {"u1"}) == []


def test_made_once() -> None:
    """For each object one, for those that are equal too; what could not be made is tried again."""
    objects = [{"metadata": {"name": "a"}}, {"metadata": {"name": "a"}}]
    index, made = IndexedObjects({POD: objects}), iter(range(9))

    def refuse() -> int:
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        index.once(objects[0], refuse)
    assert [index.once(o, lambda: next(made)) for o in (*objects, *objects)] == [0, 1, 0, 1]


@pytest.mark.parametrize(("earlier", "decoded"), [(True, 1), (False, 2)])
def test_a_release_of_before_is_unpacked_once(
    monkeypatch: pytest.MonkeyPatch, *, earlier: bool, decoded: int
) -> None:
    """One of the candidate's each time it is asked for: kept, many of them could fill the memory."""
    world, unpacked = World(), []
    world.add("v1/Secret", "sh.helm.release.v1.app.v1", **release_secret("app", 1, {}))

    def noted(entry: str) -> Mapping[str, Any]:
        unpacked.append(entry)
        return decode_release(entry)

    monkeypatch.setattr("grader.checks.helm.decode_release", noted)
    index = IndexedObjects(world.objects)
    for _ in range(2):
        release = Helm(Cluster(index, earlier=earlier)).release("app")
        assert (release.status, release.revision) == ("deployed", 1)
    assert len(unpacked) == decoded


def test_a_list_is_the_askers_own() -> None:
    """What one check does to it another one does not see; each object is told of."""
    read: list[KubeObject] = []
    cluster = Cluster(solved_world().objects, on_read=read.append)
    first = list(cluster.pods())
    cluster.pods().clear()  # type: ignore[attr-defined]
    assert [pod.raw for pod in cluster.pods()] == [pod.raw for pod in first] != []
    assert [id(one) for one in read] == [id(pod.raw) for pod in first]
