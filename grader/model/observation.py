"""What was seen of a sandbox at one moment: plain data, enough to judge again without the cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.model.audit import AuditExtract

KubeObject = Mapping[str, Any]
"""One object as the API server's JSON has it, with its apiVersion and kind filled in."""


@dataclass(frozen=True)
class HttpProbe:
    """A request that a check wants asked of a Service, through the path that a user takes."""

    namespace: str
    service: str
    port: str
    path: str = "/"

    @property
    def key(self) -> str:
        """Names the probe in a recorded observation."""
        return f"http://{self.service}.{self.namespace}:{self.port}{self.path}"


@dataclass(frozen=True)
class LogRequest:
    """The logs of a workload's pods that a check wants read (the last `lines` of each container)."""

    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)
    lines: int = 500

    @property
    def key(self) -> str:
        """Names the request in a recorded observation."""
        return f"{self.namespace}:" + ",".join(f"{k}={v}" for k, v in sorted(self.labels.items()))


@dataclass(frozen=True)
class FileRequest:
    """The workstation's files of one pattern that a check wants known.

    Attributes:
        pattern: An absolute path with `*`, `?`, `[a-z]`, and `**` for any folders.
        limit: How many bytes of each are read; 0 for none of their content.
        most: How many there may be; more than that can't be judged.
    """

    pattern: str
    limit: int
    most: int

    @property
    def key(self) -> str:
        """Names the request in a recorded observation."""
        return f"{self.pattern} ({self.limit} bytes, {self.most} files)"


@dataclass(frozen=True)
class DiskRequest:
    """The disk at the workstation that holds a path, whose room a check wants known."""

    path: str

    @property
    def key(self) -> str:
        """Names the request in a recorded observation."""
        return f"disk of {self.path}"


@dataclass(frozen=True)
class ProbeAnswer:
    """What came back: `status` 0 with an `error` where nothing answered. `nonce_echoed` proves freshness."""

    status: int
    body: str = ""
    error: str = ""
    nonce_echoed: bool = False


@dataclass(frozen=True)
class PodLog:
    """One container's log, oldest line first."""

    pod: str
    container: str
    text: str


@dataclass(frozen=True)
class WorkstationFile:
    """A file at the workstation.

    Attributes:
        path: Its absolute path; bytes that are no UTF-8 are surrogates, as `os.fsdecode` has them.
        size: Bytes; of a link, those of the file that it leads to.
        modified: When its content last changed, seconds since 1970.
        content: Its first bytes, as many as were asked for; None where none were, or where the candidate may
            not read it.
        link: Whether it is a symbolic link.
    """

    path: str
    size: int
    modified: float
    content: bytes | None = None
    link: bool = False


@dataclass(frozen=True)
class DiskUsage:
    """How full a disk at the workstation is, in bytes; `free` is what the candidate may still write."""

    size: int
    used: int
    free: int


@dataclass(frozen=True)
class Observation:
    """Everything that judging may look at.

    Attributes:
        taken_at: RFC 3339 time, UTC.
        objects: Every object read, by "apiVersion/kind" (for example "apps/v1/Deployment").
        probes: Answers by `HttpProbe.key`.
        logs: Logs by `LogRequest.key`.
        files: Content of workstation files by absolute path; None where there is none.
        listings: Workstation files by `FileRequest.key`, in the order of their paths.
        disks: Room by `DiskRequest.key`; None where there is no such path.
        faults: What could not be observed and why, by the same keys; a check that needs it is an error.
        held: For how many seconds each check that passes on it had passed without a break, by its id; None where
            nobody counted.
        audit: Who changed what since the candidate began; None where nobody asked. No check sees it.
    """

    taken_at: str
    objects: Mapping[str, Sequence[KubeObject]]
    probes: Mapping[str, ProbeAnswer] = field(default_factory=dict)
    logs: Mapping[str, Sequence[PodLog]] = field(default_factory=dict)
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    listings: Mapping[str, Sequence[WorkstationFile]] = field(default_factory=dict)
    disks: Mapping[str, DiskUsage | None] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, float] | None = None
    audit: AuditExtract | None = None


@dataclass(frozen=True)
class StartingPoint:
    """The sandbox before the candidate began.

    Attributes:
        before: When all services were healthy, before the scenario broke anything: the baseline of guards.
        found: As the candidate found it; the same observation where the scenario breaks nothing.
    """

    before: Observation
    found: Observation

    @classmethod
    def of(cls, healthy: Observation) -> StartingPoint:
        """That of a scenario which sets a goal and breaks nothing."""
        return cls(healthy, healthy)
