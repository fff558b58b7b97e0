"""Bringing situations about: each is looked at once it is there and still, and no sooner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from grader.model.errors import GraderError
from grader.model.observation import KubeObject
from grader.sandbox.api import Answer, KubeApi
from grader.sandbox.parity import play as module
from grader.sandbox.parity.play import NEVER, play
from grader.sandbox.parity.situations import Situation
from tests.sandbox.parity.pods import event, pod

STARTING, RUNNING, DONE = pod(phase="Pending"), pod(phase="Running"), pod(phase="Succeeded")


@dataclass
class PlayedCluster:
    """A cluster whose only pod goes through these states, one a look, and stays in the last."""

    states: Iterator[KubeObject | None]
    account: Iterator[int] = field(default_factory=lambda: iter([404, 200]))
    delete_answer: int = 200
    state: KubeObject | None = None
    done: list[str] = field(default_factory=list)

    def request(self, method: str, path: str) -> Answer:
        """Answer for the account, or to a deletion."""
        self.done.append(f"{method} {path}")
        return Answer(next(self.account) if method == "GET" else self.delete_answer, b"")

    def apply_object(self, document: KubeObject) -> None:
        """Remember what is made."""
        self.done.append(f"apply {document['kind']} {document['metadata']['name']}")

    def listed(self, _path: str, _version: str, kind: str) -> Sequence[KubeObject]:
        """The pod in its next state; an event of it and one of another."""
        if kind == "Pod":
            self.state = next(self.states, self.state)
            return [self.state] if self.state else []
        return [event("Scheduled", kind="Normal"), event("Killing", of="another")]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is the same at two looks is still."""
    monkeypatch.setattr(module, "STILL_S", 0.0)
    monkeypatch.setattr(module, "_LOOK_S", 0.0)


def situation(until: str = "Running", *, delete: bool = False) -> Situation:
    """A situation of the pod."""
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}}
    return Situation("one", "a pod", [made], {"phase": until}, delete)


def played(cluster: PlayedCluster, one: Situation, limit_s: float = 30) -> dict[str, str]:
    """The situation's record."""
    notes: list[str] = []
    records = play(cast("KubeApi", cluster), [one], notes.append, limit_s=limit_s)
    seen = "0 of 1, not yet one" if NEVER in records["one"] else "1 of 1"
    assert notes[-1] == f"seen: {seen}"
    return dict(records["one"])


def test_it_waits_for_the_state() -> None:
    """A pod on its way is not looked at; where it was to come to is recorded, with its own events."""
    cluster = PlayedCluster(iter([STARTING, STARTING, RUNNING]))
    assert played(cluster, situation()) == {"phase": "Running", "events.Normal.Scheduled": "told"}


def test_pods_come_after_their_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pod is made in a namespace that has no account yet, and what pods share is there before them."""
    cluster = PlayedCluster(iter([RUNNING]))
    played(cluster, situation())
    gets = [place for place, what in enumerate(cluster.done) if what.startswith("GET")]
    assert cluster.done[0] == "apply Namespace parity"
    assert len(gets) == 2
    assert gets[-1] < cluster.done.index("apply ConfigMap config") < len(cluster.done) - 1
    assert cluster.done[-1] == "apply Pod one"
    monkeypatch.setattr(module, "_READY_S", 0)
    never = PlayedCluster(iter([RUNNING]), account=iter([404]))
    with pytest.raises(GraderError, match="account"):
        played(never, situation())


def test_it_has_to_be_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A state that something is still added to is looked at again until nothing is."""
    monkeypatch.setattr(module, "STILL_S", 0.05)
    more = pod(phase="Running", message="more")
    cluster = PlayedCluster(iter([RUNNING, more]))
    assert played(cluster, situation())["message"] == "more"


def test_left_again_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A state that is left before it was still is waited for again."""
    monkeypatch.setattr(module, "STILL_S", 0.05)
    cluster = PlayedCluster(iter([RUNNING, STARTING, DONE]))
    assert NEVER in played(cluster, situation(), limit_s=0.3)


def test_a_deleted_pod_is_looked_at_when_it_is_gone() -> None:
    """It is deleted once, in its state, and its end is what is recorded."""
    cluster = PlayedCluster(iter([STARTING, RUNNING, RUNNING, None]))
    record = played(cluster, situation(delete=True))
    assert record["gone"] == "yes"
    assert [what for what in cluster.done if what.startswith("DELETE")] == [
        "DELETE /api/v1/namespaces/parity/pods/one"
    ]


def test_a_refused_deletion_is_told() -> None:
    """Nothing is recorded of a pod that should have gone and was not let go."""
    cluster = PlayedCluster(iter([RUNNING]), delete_answer=500)
    with pytest.raises(GraderError, match="deleted"):
        played(cluster, situation(delete=True))


def test_what_does_not_come_about_is_marked() -> None:
    """When time is up the record says what was waited for, beside what there is."""
    record = played(PlayedCluster(iter([STARTING])), situation(), limit_s=0.05)
    assert record["phase"] == "Pending"
    assert record[NEVER] == "{'phase': 'Running'}"
