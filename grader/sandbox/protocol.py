"""What a sandbox offers, whichever provider made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from grader.model.audit import AuditExtract
from grader.model.errors import GraderError
from grader.model.observation import (
    DiskUsage,
    FileRequest,
    HttpProbe,
    KubeObject,
    PodLog,
    ProbeAnswer,
    WorkstationFile,
)
from grader.model.phase import PhaseLog
from grader.model.text import Bilingual

FilesFound: TypeAlias = Sequence[WorkstationFile] | GraderError
"""The files of one pattern by name, or why they can't be told."""


@dataclass(frozen=True)
class SandboxRequest:
    """What a sandbox is to be like.

    Attributes:
        attempt: The attempt's id; names every container and network.
        folder: The attempt's own folder, existing and private (0700); all its files go below it.
        services: Ids of the services that are deployed when the candidate begins.
        language: "fr" or "en", for what the workstation says.
        disk_mib: Size of the small disk that holds the workstation's /backups and /var/log; 0 for none.
        ample_memory: Whether it may take as much memory as `ample_mib` says, where that spares processors: for few
            sandboxes in which there is much to do.
    """

    attempt: str
    folder: Path
    services: Sequence[str]
    language: str = "fr"
    disk_mib: int = 0
    ample_memory: bool = False


@dataclass(frozen=True)
class Completed:
    """A finished command at the workstation."""

    exit_code: int
    stdout: str
    stderr: str


class Workstation(Protocol):
    """The place where the candidate types."""

    @property
    def paths(self) -> Mapping[str, str]:
        """Where its folders lie, by the names of `WORKSTATION_PATHS`."""

    def run(
        self, script: str, *, environment: Mapping[str, str] | None = None, timeout_s: float = 120
    ) -> Completed:
        """Run a bash script as the candidate, in the studio's folder."""

    def read(self, path: str, *, limit: int = 1_000_000) -> bytes | None:
        """A file's first `limit` bytes; None where there is no such file."""

    def files(self, wanted: Sequence[FileRequest]) -> Sequence[FilesFound]:
        """The files that absolute patterns mean, by name, all read as the candidate in one go.

        A name that begins with a dot is meant by a pattern with that dot.

        Returns:
            For each pattern its files; sandbox-broken, not raised, for one that has more than may be read.

        Raises:
            GraderError: sandbox-broken where nobody could look.
        """

    def disk(self, path: str) -> DiskUsage | None:
        """How full the disk is that holds a path; None where there is no such path."""

    def write(self, path: str, content: bytes) -> None:
        """Write a file as the candidate, making its folder."""

    def shell(self) -> int:
        """Open the candidate's shell on this terminal; its exit code."""


class ClusterReader(Protocol):
    """Reads the cluster with the grader's own credential."""

    def objects(self) -> Mapping[str, Sequence[KubeObject]]:
        """Every object of every kind that can be listed, by "apiVersion/kind" ("v1/Pod")."""

    def probe(self, probe: HttpProbe, *, nonce: str) -> ProbeAnswer:
        """Ask a Service over HTTP, with the nonce in X-Grader-Nonce."""

    def logs(
        self, namespace: str, labels: Mapping[str, str], *, lines: int = 500
    ) -> Sequence[PodLog]:
        """Logs of the pods with these labels, one entry a container."""


@dataclass(frozen=True)
class ResourceList:
    """What of a sandbox is on this machine.

    Attributes:
        found: What is still there, running or not, as "container grader-x7k2p9" and so on.
        not_running: What a candidate can't work without and what does not run, in the same words, there or
            not; empty where that can't be told.
        notes: What a person should know of it though a candidate can work.
    """

    found: Sequence[str] = field(default_factory=tuple)
    not_running: Sequence[str] = field(default_factory=tuple)
    notes: Sequence[Bilingual] = field(default_factory=tuple)


class Sandbox(Protocol):
    """A running sandbox."""

    @property
    def cluster(self) -> ClusterReader:
        """The grader's view of the cluster."""

    @property
    def workstation(self) -> Workstation:
        """The candidate's place."""

    def apply(self, manifests: str) -> None:
        """Create or update every object of a YAML stream with the grader's own credential.

        Raises:
            GraderError: sandbox-broken, where the API server refuses one.
        """

    def audit(self, since: str) -> AuditExtract:
        """What the API server's audit log says of a sandbox since a moment (RFC 3339), and what is missing of it."""


@dataclass(frozen=True)
class Choice:
    """A provider and the reason for it.

    Attributes:
        provider: Its name.
        reason: Why this one, in a few words for a person; the candidate's report has them too.
        hint: What to type for the other one; "" where there is nothing to mend.
        without_engine: Whether no container engine is installed at all.
    """

    provider: str
    reason: Bilingual
    hint: str = ""
    without_engine: bool = False


class Provider(Protocol):
    """Makes sandboxes of one kind, finds them again, and ends them."""

    @property
    def name(self) -> str:
        """The word for `--provider`."""

    @property
    def offers(self) -> frozenset[str]:
        """What its sandboxes can really do, in the words of a scenario's `needs`."""

    @property
    def sandbox_mib(self) -> int:
        """About what a sandbox takes of this machine's memory, in MiB, the candidate's work in it included."""

    @property
    def ample_mib(self) -> int:
        """The same of one that is asked for with `ample_memory`."""

    @property
    def sandboxes_per_processor(self) -> int:
        """How many of its sandboxes one processor keeps up with: more answer late, whatever memory there is."""

    @property
    def trials_per_processor(self) -> float:
        """The same of sandboxes in which somebody types without a pause for thought."""

    def start(self, request: SandboxRequest, log: PhaseLog) -> Sandbox:
        """Bring a sandbox up; on any error or interrupt, what was started is stopped before it is raised."""

    def open(self, attempt: str, folder: Path) -> Sandbox:
        """The running sandbox of an attempt. Raises GraderError sandbox-gone."""

    def stop(self, attempt: str, folder: Path, log: PhaseLog) -> None:
        """End all that the attempt's sandbox is made of, finished or half-started; nothing there is fine.

        The folder itself stays, but what the containers wrote into it and only they may remove is gone.
        """

    def remains(self, attempt: str, folder: Path) -> ResourceList:
        """What of an attempt's sandbox is there now."""

    def answers(self, attempt: str, folder: Path) -> bool:
        """Whether the API server of an attempt's sandbox answers; False too where there is none."""


@runtime_checkable
class Resetting(Protocol):
    """A provider that can bring a running sandbox back to where its services had become healthy."""

    def reset(self, request: SandboxRequest, log: PhaseLog) -> Sandbox:
        """Undo all that was done in a sandbox; `request` is that of its start.

        Raises:
            GraderError: sandbox-gone; sandbox-broken, where it is not as it was: nobody may work in it any more.
        """
