"""A provider without a cluster: files stand for containers.

It keeps what it "started" in `<world>/<attempt>`, outside the attempt's folder, so that leftovers are real leftovers:
another process, or a later one, finds them as it would find containers.
"""

from __future__ import annotations

import os
import select
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from grader.model.audit import AuditExtract
from grader.model.errors import Code, GraderError
from grader.model.observation import DiskUsage, FileRequest
from grader.model.studio import WORKSTATION_PATHS
from grader.model.text import Bilingual
from grader.sandbox.gone import sandbox_gone
from grader.sandbox.protocol import Completed, FilesFound, ResourceList, SandboxRequest

if TYPE_CHECKING:
    from grader.model.phase import PhaseLog
    from grader.sandbox.protocol import ClusterReader, Sandbox, Workstation

POLL_MS = 50

WORK = "deployed"
"""What the workstation's file must hold for full points."""


@dataclass
class FakeWorkstation:
    """Runs nothing: a script with "deploy" in it does the work."""

    folder: Path

    @property
    def paths(self) -> Mapping[str, str]:
        """The guide's own."""
        return WORKSTATION_PATHS

    def run(
        self, script: str, *, environment: Mapping[str, str] | None = None, timeout_s: float = 120
    ) -> Completed:
        """Do the work that the script stands for."""
        del environment, timeout_s
        typed = script.partition("set -v\n")[2]
        if "deploy" in typed:
            (self.folder / "work").write_text(WORK)
        return Completed(0, "".join(f"{line}\nok\n" for line in typed.splitlines()), "")

    def read(self, path: str, *, limit: int = 1_000_000) -> bytes | None:
        """The file `work`, whatever is asked for."""
        del path
        file = self.folder / "work"
        return file.read_bytes()[:limit] if file.exists() else None

    def files(self, wanted: Sequence[FileRequest]) -> Sequence[FilesFound]:
        """There are none."""
        return [() for _ in wanted]

    def disk(self, path: str) -> DiskUsage | None:
        """There is none."""

    def write(self, path: str, content: bytes) -> None:
        """Write the file `work`."""
        del path
        (self.folder / "work").write_bytes(content)

    def shell(self) -> int:
        """Leave at once, as after `exit 7`."""
        return 7


@dataclass
class FakeSandbox:
    """A folder that stands for containers."""

    folder: Path

    @property
    def cluster(self) -> ClusterReader:
        """There is none."""
        raise NotImplementedError

    @property
    def workstation(self) -> Workstation:
        """The candidate's place."""
        return FakeWorkstation(self.folder)

    def apply(self, manifests: str) -> None:
        """There is no cluster to apply anything to."""
        raise NotImplementedError

    def audit(self, since: str) -> AuditExtract:
        """Nothing was changed."""
        del since
        return AuditExtract()

    def runs_on(self) -> Mapping[str, Bilingual]:
        """What it says for the report."""
        return {
            "engine": Bilingual("faux 1.0", "fake 1.0"),
            "kubernetes": Bilingual("v0", "v0"),
        }


@dataclass
class FakeProvider:
    """Brings up folders.

    Args:
        world: Where they are.
        stop_at: The phases in which it waits at the gate (writing their names to `<world>/reached`), as "a,b".
        fail_at: The phase in which `start` raises, or "".
        stuck: Whether `stop` leaves things behind.
    """

    world: Path
    stop_at: str = ""
    fail_at: str = ""
    stuck: bool = False
    name: str = "fake"
    sandbox_mib: int = 1000
    ample_mib: int = 1000
    sandboxes_per_processor: int = 4
    trials_per_processor: float = 0.7
    offers: frozenset[str] = frozenset({"workloads", "logs", "port-forward", "helm"})
    stopped: list[str] = field(default_factory=list)

    PHASES = ("network", "cluster", "services")

    def start(self, request: SandboxRequest, log: PhaseLog) -> Sandbox:
        """Make one "container" a phase."""
        place = self.world / request.attempt
        for phase in self.PHASES:
            with log.phase(phase):
                place.mkdir(parents=True, exist_ok=True)
                (place / f"container-{phase}").touch()
                if phase == self.fail_at:
                    raise GraderError(Code.SANDBOX_BROKEN, "the fake broke", hint="mend it")
                self.wait_at(phase)
        return FakeSandbox(place)

    def open(self, attempt: str, folder: Path) -> Sandbox:
        """The folder, if it is there."""
        del folder
        if not (self.world / attempt).is_dir():
            raise sandbox_gone(attempt, Bilingual("le faux a disparu", "the fake is not there"))
        return FakeSandbox(self.world / attempt)

    def stop(self, attempt: str, folder: Path, log: PhaseLog) -> None:
        """Remove the folder."""
        del folder
        with log.phase("stop"):
            self.wait_at("stop")
            self.stopped.append(attempt)
            if not self.stuck:
                rmtree(self.world / attempt, ignore_errors=True)

    def answers(self, attempt: str, folder: Path) -> bool:
        """A file called "silent" says that it does not."""
        del folder
        return not (self.world / attempt / "silent").exists()

    def remains(self, attempt: str, folder: Path) -> ResourceList:
        """The files that stand for containers; one called "down-…" says that its container does not run."""
        del folder
        place = self.world / attempt
        there = sorted(place.glob("container-*")) if place.is_dir() else []
        down = sorted(place.glob("down-*")) if place.is_dir() else []
        return ResourceList(
            tuple(f"container {attempt}-{path.name[10:]}" for path in there),
            tuple(f"container {attempt}-{path.name[5:]}" for path in down),
        )

    def wait_at(self, phase: str) -> None:
        """Wait in this phase until somebody writes to the fifo, if this is where to wait."""
        if phase in self.stop_at.split(","):
            gate = self.world / "gate"
            (self.world / "reached.new").write_text(phase)
            (self.world / "reached.new").replace(self.world / "reached")
            # Opened so that nothing blocks: a signal just before a call that blocks would be acted on after it only.
            descriptor = os.open(gate, os.O_RDONLY | os.O_NONBLOCK)
            try:
                opened = select.poll()
                opened.register(descriptor, select.POLLHUP)
                while not opened.poll(POLL_MS):
                    pass
            finally:
                os.close(descriptor)


@dataclass
class ResettingProvider(FakeProvider):
    """One that can reset, and notes which sandboxes it did; it breaks in the phase "reset" if told to."""

    resets: list[str] = field(default_factory=list)

    def reset(self, request: SandboxRequest, log: PhaseLog) -> Sandbox:
        """Find it again, without the work."""
        with log.phase("reset"):
            sandbox = self.open(request.attempt, request.folder)
            self.wait_at("reset")
            if self.fail_at == "reset":
                raise GraderError(Code.SANDBOX_BROKEN, "the fake broke", hint="mend it")
            self.resets.append(request.attempt)
            (self.world / request.attempt / "work").unlink(missing_ok=True)
        return sandbox
