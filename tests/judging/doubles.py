"""Doubles of what judging is given: a sandbox that plays a script of worlds, and a clock led by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.model.audit import AuditExtract
from grader.model.observation import (
    DiskUsage,
    FileRequest,
    HttpProbe,
    KubeObject,
    PodLog,
    ProbeAnswer,
)
from grader.model.studio import WORKSTATION_PATHS
from grader.sandbox.protocol import Completed, FilesFound
from tests.judging.world import World


@dataclass
class HandClock:
    """Time passes only where somebody waits."""

    time: float = 0.0

    def now(self) -> float:
        """The time so far."""
        return self.time

    def wait(self, seconds: float) -> None:
        """Let it pass at once."""
        self.time += seconds


@dataclass
class PlayedCluster:
    """Shows what `show` gives at each look: a world, or an error to raise."""

    show: Callable[[], World | Exception]
    nonces: list[str] = field(default_factory=list)
    looks: int = 0
    probe_error: Exception | None = None

    def world(self) -> World:
        """The world to be looked at now."""
        shown = self.show()
        if isinstance(shown, Exception):
            raise shown
        return shown

    def objects(self) -> Mapping[str, Sequence[KubeObject]]:
        """Every object."""
        self.looks += 1
        return self.world().objects

    def probe(self, probe: HttpProbe, *, nonce: str) -> ProbeAnswer:
        """The Service's answer."""
        self.nonces.append(nonce)
        if self.probe_error:
            raise self.probe_error
        return self.world().answer(probe)

    def logs(
        self, namespace: str, labels: Mapping[str, str], *, lines: int = 500
    ) -> Sequence[PodLog]:
        """The logs of a studio service's pods."""
        del namespace, lines
        return self.world().pod_logs(labels["app.kubernetes.io/name"])


@dataclass
class PlayedWorkstation:
    """A workstation with one file; what is run there is noted."""

    exit_code: int = 0
    paths: Mapping[str, str] = field(default_factory=lambda: WORKSTATION_PATHS)
    typed: list[str] = field(default_factory=list)

    def run(
        self, script: str, *, environment: Mapping[str, str] | None = None, timeout_s: float = 120
    ) -> Completed:
        """Note the script."""
        del environment, timeout_s
        self.typed.append(script)
        return Completed(self.exit_code, "", "it did not work" if self.exit_code else "")

    def read(self, path: str, *, limit: int = 1_000_000) -> bytes | None:
        """There is one file."""
        return b"hello"[:limit] if path == "/there" else None

    def files(self, wanted: Sequence[FileRequest]) -> Sequence[FilesFound]:
        """There are none."""
        return [() for _ in wanted]

    def disk(self, path: str) -> DiskUsage | None:
        """There is none."""

    def write(self, path: str, content: bytes) -> None:
        """Nothing is written here."""
        raise NotImplementedError

    def shell(self) -> int:
        """Nobody types here."""
        raise NotImplementedError


@dataclass
class PlayedSandbox:
    """A sandbox that shows a script of worlds."""

    cluster: Any
    workstation: Any = field(default_factory=PlayedWorkstation)
    applied: list[str] = field(default_factory=list)
    audited: AuditExtract | Exception = field(default_factory=AuditExtract)

    def audit(self, since: str) -> AuditExtract:
        """What the log says, or cannot."""
        del since
        if isinstance(self.audited, Exception):
            raise self.audited
        return self.audited

    def apply(self, manifests: str) -> None:
        """Note the manifests."""
        self.applied.append(manifests)


def still(world: World) -> PlayedSandbox:
    """A sandbox in which nothing happens."""
    return PlayedSandbox(PlayedCluster(lambda: world))
