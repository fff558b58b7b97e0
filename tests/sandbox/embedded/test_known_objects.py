"""What was read of a cluster once is read again only where the store says, or can't say, that it was written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox import api as api_module
from grader.sandbox.embedded.known_objects import KnownObjects
from tests.sandbox.api_server import ApiServer, named, refusal

_PODS, _NODES = "/api/v1/pods", "/api/v1/nodes"
_DEPLOYMENTS, _LAMPS = "/apis/apps/v1/deployments", "/apis/toys.example/v1/lamps"
_SERVERS = "/apis/apiregistration.k8s.io/v1/apiservices"
_ALL = {_PODS, _NODES, _DEPLOYMENTS, _LAMPS, _SERVERS}


@dataclass
class Cluster:
    """A cluster of five kinds, and its store."""

    server: ApiServer
    folder: Path
    keys: dict[str, int]
    silent: bool = False
    known: KnownObjects = field(init=False)

    def __post_init__(self) -> None:
        self.known = KnownObjects(self.server.api(self.folder), self.revisions)

    def put(self, path: str, *names: str) -> None:
        """Have the API server list these."""
        self.server.serve_list(path, *(named(name) for name in names))

    def revisions(self) -> Mapping[str, int] | None:
        """What the store says."""
        return None if self.silent else dict(self.keys)

    def read(self) -> dict[str, list[str]]:
        """The names of all objects by kind, now."""
        found = self.known.read()
        return {kind: [o["metadata"]["name"] for o in objects] for kind, objects in found.items()}

    def asked(self) -> set[str]:
        """The lists that were asked for since the last time."""
        paths = {one.path for one in self.server.requests}
        self.server.requests.clear()
        return paths & _ALL


@pytest.fixture
def cluster(api_server: ApiServer, tmp_path: Path) -> Cluster:
    """All is read, and the store has what the API server lists."""
    api_server.serve_groups("apps/v1", "toys.example/v1", "apiregistration.k8s.io/v1")
    api_server.serve_kinds("v1", Pod="pods", Node="nodes")
    api_server.serve_kinds("apps/v1", Deployment="deployments")
    api_server.serve_kinds("toys.example/v1", Lamp="lamps")
    api_server.serve_kinds("apiregistration.k8s.io/v1", APIService="apiservices")
    keys = {
        "pods/p": 5,
        "minions/n": 2,
        "deployments/d": 3,
        "toys.example/lamps/l": 7,
        "masterleases/10.0.0.1": 8,
    }
    made = Cluster(api_server, tmp_path, {f"/registry/{key}": at for key, at in keys.items()})
    for path, name in ((_PODS, "p"), (_NODES, "n"), (_DEPLOYMENTS, "d"), (_LAMPS, "l")):
        made.put(path, name)
    made.put(_SERVERS)
    made.read()
    assert made.asked() == _ALL
    return made


def test_what_nobody_wrote_to_is_not_asked_for(cluster: Cluster) -> None:
    """Every kind is there all the same, as it was."""
    assert cluster.read() == {
        "v1/Pod": ["p"],
        "v1/Node": ["n"],
        "apps/v1/Deployment": ["d"],
        "toys.example/v1/Lamp": ["l"],
        "apiregistration.k8s.io/v1/APIService": [],
    }
    assert cluster.asked() == set()


@pytest.mark.parametrize(
    ("key", "path", "kind"),
    [
        ("pods/p", _PODS, "v1/Pod"),
        ("minions/n", _NODES, "v1/Node"),
        ("deployments/d", _DEPLOYMENTS, "apps/v1/Deployment"),
        ("toys.example/lamps/l", _LAMPS, "toys.example/v1/Lamp"),
    ],
)
def test_what_was_written_to_is_asked_for(key: str, path: str, kind: str, cluster: Cluster) -> None:
    """That kind, and no other: a changed object, one more, one that is gone."""
    key = f"/registry/{key}"
    name = key.rpartition("/")[2]
    changes: list[tuple[dict[str, int], list[str]]] = [
        ({key: 20}, [name]),
        ({key: 20, f"{key}-more": 21}, [name, f"{name}-more"]),
        ({f"{key}-more": 21}, [f"{name}-more"]),
    ]
    others = {other: at for other, at in cluster.keys.items() if other != key}
    for now, names in changes:
        cluster.keys = others | now
        cluster.put(path, *names)
        assert cluster.read()[kind] == names
        assert cluster.asked() == {path}
    cluster.read()
    assert cluster.asked() == set()


def test_what_is_written_while_it_is_read_is_read_again(cluster: Cluster) -> None:
    """The store was asked before: what the list has already shows as written the next time."""
    cluster.put(_PODS, "p", "q")
    cluster.keys["/registry/pods/p"] = 30
    assert cluster.read()["v1/Pod"] == ["p", "q"]
    cluster.keys["/registry/pods/q"] = 31
    cluster.asked()
    cluster.read()
    assert cluster.asked() == {_PODS}
    cluster.read()
    assert cluster.asked() == set()


def test_what_the_api_server_keeps_for_itself_is_no_object(cluster: Cluster) -> None:
    """It says every ten seconds that it is there."""
    cluster.keys["/registry/masterleases/10.0.0.1"] = 40
    cluster.keys["/registry/ranges/serviceips"] = 41
    cluster.read()
    assert cluster.asked() == set()


def test_an_unknown_place_has_everything_read_again(cluster: Cluster) -> None:
    """A kind that came since, or that is kept where nobody looked for it."""
    cluster.server.serve_kinds("v1", Pod="pods", Node="nodes", Bottle="bottles")
    cluster.server.serve_list("/api/v1/bottles", named("b"))
    cluster.keys["/registry/elsewhere/b"] = 50
    assert cluster.read()["v1/Bottle"] == ["b"]
    assert cluster.asked() == _ALL
    # The store does not vouch for it.
    cluster.server.serve_list("/api/v1/bottles", named("b"), named("c"))
    assert cluster.read()["v1/Bottle"] == ["b", "c"]


def test_a_new_api_server_beside_it_has_everything_read_again(cluster: Cluster) -> None:
    """It may answer for a kind that was read from this one before."""
    cluster.keys["/registry/apiregistration.k8s.io/apiservices/v1.toys.example"] = 60
    cluster.read()
    assert cluster.asked() == _ALL


def test_what_another_server_answers_for_is_read_each_time(cluster: Cluster) -> None:
    """Its objects are not in the store, whether it has some now or not."""
    server = {
        **named("v1.toys.example"),
        "spec": {"group": "toys.example", "version": "v1", "service": {"name": "toys"}},
    }
    cluster.server.serve_list(_SERVERS, server)
    cluster.keys["/registry/apiregistration.k8s.io/apiservices/v1.toys.example"] = 60
    del cluster.keys["/registry/toys.example/lamps/l"]
    cluster.put(_LAMPS)
    assert cluster.read()["toys.example/v1/Lamp"] == []
    cluster.put(_LAMPS, "theirs")
    assert cluster.read()["toys.example/v1/Lamp"] == ["theirs"]
    cluster.asked()
    cluster.read()
    assert cluster.asked() == {_LAMPS}


def test_where_the_store_is_silent_everything_is_read(cluster: Cluster) -> None:
    """Each time, and once more when it speaks again: nobody knows what was written meanwhile."""
    cluster.silent = True
    for _ in range(2):
        cluster.read()
        assert cluster.asked() == _ALL
    cluster.silent = False
    cluster.read()
    assert cluster.asked() == _ALL
    cluster.read()
    assert cluster.asked() == set()


def test_after_an_error_everything_is_read(cluster: Cluster) -> None:
    """What could not be read is no part of what is known."""
    cluster.keys["/registry/pods/p"] = 70
    cluster.server.routes[_PODS] = lambda _: refusal(500, "for a reason")
    with pytest.raises(GraderError):
        cluster.read()
    cluster.put(_PODS, "p", "q")
    cluster.asked()
    assert cluster.read()["v1/Pod"] == ["p", "q"]
    assert cluster.asked() == _ALL


def test_who_was_given_a_list_may_add_to_it(cluster: Cluster) -> None:
    """What is known stays as it was read."""
    cluster.known.read()["v1/Pod"].clear()
    assert cluster.read()["v1/Pod"] == ["p"]


def test_there_may_be_no_more_than_the_limit_in_all(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the last few of them were read alone."""
    monkeypatch.setattr(api_module, "_MOST_OBJECTS", 4)
    cluster.read()
    cluster.put(_PODS, "p", "q")
    cluster.keys |= {"/registry/pods/q": 80}
    with pytest.raises(GraderError) as caught:
        cluster.read()
    assert caught.value.code is Code.SANDBOX_BROKEN
    assert "5 objects" in caught.value.what
