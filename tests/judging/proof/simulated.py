"""Sandboxes that are simulated: a world that answers by what is in it, and a kubectl that edits it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from grader.judging.observing.stage import set_stage
from grader.judging.proof.difference import Key, key_of
from grader.judging.proof.lease import Cancelled, Lease
from grader.model.audit import AuditExtract
from grader.model.errors import GraderError
from grader.model.observation import HttpProbe, ProbeAnswer
from grader.model.phase import PhaseLog
from grader.model.scenario import Scenario
from grader.model.studio import WORKSTATION_PATHS
from grader.sandbox.protocol import Completed
from tests.judging.doubles import PlayedCluster
from tests.judging.world import World

_KUBECTL = re.compile(r"kubectl (\w+)\b.* -f (\S+); code")
Command = Callable[["SimulatedWorkstation"], None]
SILENCE = ProbeAnswer(503, error="no endpoints")


def answered(world: World, probe: HttpProbe) -> ProbeAnswer:
    """What a Service answers: nothing, where its pods are not there or it does not lead to them."""
    try:
        service = world.get("v1/Service", probe.service)
        deployment = world.get("apps/v1/Deployment", probe.service)
    except StopIteration:
        return SILENCE
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    led = all(labels.get(key) == value for key, value in service["spec"]["selector"].items())
    door = all(port["targetPort"] in {"http", 8010} for port in service["spec"]["ports"])
    image = str(deployment["spec"]["template"]["spec"]["containers"][0]["image"])
    works = deployment["spec"]["replicas"] > 0 and not image.endswith("none")
    return world.answer(probe) if led and door and works else SILENCE


@dataclass
class SimulatedCluster(PlayedCluster):
    """Shows a world, and answers by what is in it."""

    def probe(self, probe: HttpProbe, *, nonce: str) -> ProbeAnswer:
        """The Service's answer, as far as it leads to pods."""
        self.nonces.append(nonce)
        return answered(self.world(), probe)


@dataclass
class SimulatedWorkstation:
    """Knows the commands of the answers, and as much of kubectl as the proof types.

    Args:
        world: What is edited.
        commands: What each line of an answer does.
        refuses: Names of objects that the cluster lets nobody change.
    """

    world: World
    commands: Mapping[str, Command] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=lambda: WORKSTATION_PATHS)
    typed: list[str] = field(default_factory=list)

    def run(
        self, script: str, *, environment: Mapping[str, str] | None = None, timeout_s: float = 120
    ) -> Completed:
        """Run a script line by line."""
        del environment, timeout_s
        self.typed.append(script)
        called = _KUBECTL.match(script)
        if called:
            return self._kubectl(called[1], json.loads(self.files[called[2]]))
        for line in script.splitlines():
            if line in self.commands:
                self.commands[line](self)
        return Completed(0, "", "")

    def read(self, path: str, *, limit: int = 1_000_000) -> bytes | None:
        """A file that was written."""
        content = self.files.get(path)
        return None if content is None else content[:limit]

    def write(self, path: str, content: bytes) -> None:
        """Write a file."""
        self.files[path] = content

    def shell(self) -> int:
        """Nobody types here."""
        raise NotImplementedError

    def list_files(self, *_: Any, **__: Any) -> Sequence[Any]:
        """There are none."""
        return ()

    def _kubectl(self, verb: str, given: dict[str, Any]) -> Completed:
        kind = f"{given['apiVersion']}/{given['kind']}"
        key = key_of(kind, given)
        there = self._there(key)
        if verb == "get":
            return Completed(0, json.dumps(there) if there else "", "")
        if key[2] in self.refuses:
            return Completed(1, "", f"{key[2]} is forbidden")
        if there is not None:
            self.world.objects[kind].remove(there)
        if verb != "delete":
            kept = {**(there or {}), **given}
            kept["metadata"] = {
                **((there or {}).get("metadata") or {"uid": key[2]}),
                **given["metadata"],
            }
            self.world.objects[kind].append(kept)
        return Completed(0, "", "")

    def _there(self, key: Key) -> dict[str, Any] | None:
        return next((o for o in self.world.objects[key[0]] if key_of(key[0], o) == key), None)


@dataclass
class SimulatedSandbox:
    """A world and a workstation that changes it."""

    cluster: SimulatedCluster
    workstation: SimulatedWorkstation

    def audit(self, since: str) -> AuditExtract:
        """Nobody keeps a log."""
        del since
        return AuditExtract()

    def apply(self, manifests: str) -> None:
        """Faults of these tests are scripts."""
        raise NotImplementedError(manifests)


@dataclass
class SimulatedSandboxes:
    """Lends copies of a world.

    Args:
        world: As a candidate finds it.
        commands: What the lines of the answers do.
        left: What every sandbox leaves behind.
        broken: Raised instead of a sandbox.
        refuses: See `SimulatedWorkstation`.
    """

    world: World
    commands: Mapping[str, Command] = field(default_factory=dict)
    left: Sequence[str] = ()
    broken: GraderError | None = None
    refuses: set[str] = field(default_factory=set)
    lent: list[Lease] = field(default_factory=list)
    closed: int = 0
    used_by: set[str] = field(default_factory=set)

    @contextmanager
    def lend(self, scenario: Scenario, *, fresh: bool = False) -> Iterator[Lease]:
        """Another copy."""
        self.raise_if_cancelled()
        if self.broken:
            raise self.broken
        world = self.world.copy()
        place = SimulatedWorkstation(world, self.commands, set(self.refuses))
        sandbox: Any = SimulatedSandbox(SimulatedCluster(lambda: world), place)
        start = set_stage(sandbox, scenario, PhaseLog())
        lease = Lease(sandbox, scenario, start, 1.5, fresh=fresh)
        self.lent.append(lease)
        self.used_by.add(scenario.id)
        yield lease

    def raise_if_cancelled(self) -> None:
        """Nothing is lent any more once all is closed."""
        if self.closed:
            raise Cancelled

    def close(self) -> Mapping[str, Sequence[str]]:
        """End them all."""
        self.closed += 1
        return dict.fromkeys(self.used_by, self.left)
