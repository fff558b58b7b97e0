"""Where the files of an embedded sandbox lie, below its attempt's folder."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.audit.places import AuditPlaces

# A socket's path may have 108 bytes; the longest below an attempt's folder is one of the kubelet's.
_LONGEST = 107 - len("/embedded/node/kubelet/pod-resources/0123456789")


@dataclass(frozen=True)
class Places:
    """The folders and files of one sandbox.

    Args:
        folder: The attempt's own folder.
    """

    folder: Path

    @property
    def root(self) -> Path:
        """All that is not for the candidate, readable by this user alone."""
        return self.folder / "embedded"

    @property
    def certificates(self) -> Path:
        """Keys and certificates."""
        return self.root / "certificates"

    @property
    def etcd(self) -> Path:
        """The object store's data."""
        return self.root / "etcd"

    @property
    def node(self) -> Path:
        """The node's files: the kubelet's, the runtime's, and those that pods see as the node's."""
        return self.root / "node"

    @property
    def logs(self) -> Path:
        """One log a program."""
        return self.root / "logs"

    @property
    def audit(self) -> AuditPlaces:
        """The audit policy, the API server's audit log, and the recorder's chain."""
        return AuditPlaces(self.folder)

    @property
    def programs(self) -> Path:
        """What the supervisor runs."""
        return self.root / "programs.json"

    @property
    def bootstrapped(self) -> Path:
        """There once an API server that began with nothing has made its own roles."""
        return self.root / "bootstrapped"

    @property
    def supervisor(self) -> Path:
        """Who the supervisor is."""
        return self.root / "supervisor.json"

    @property
    def data(self) -> Path:
        """The services' data, shared with the workstation."""
        return self.folder / "data"

    @property
    def kubeconfig(self) -> Path:
        """The grader's own credential."""
        return self.folder / "kubeconfig"

    @property
    def enclosure(self) -> Path:
        """How the candidate's place is put together; absent where it is a mere folder."""
        return self.root / "enclosure.json"

    @property
    def holder(self) -> Path:
        """The number of the process that holds the enclosed place; not there until it does."""
        return self.root / "enclosure.pid"

    @property
    def workstation(self) -> Path:
        """The root of the candidate's files: home/ubuntu, backups and so on lie below it."""
        return self.folder / "workstation"

    @property
    def sockets(self) -> Path:
        """The folder of sockets: below `root`, or, where that path is too long, a private one that is short."""
        if self._is_short:
            return self.root / "s"
        return Path(tempfile.gettempdir()) / f"grader-{self.folder.name}"

    @property
    def store(self) -> Path:
        """Where the object store listens."""
        return self.sockets / "etcd"

    @property
    def node_by_name(self) -> Path:
        """The node's folder by the path that its programs know: where its own is too long, a link beside the sockets."""
        return self.node if self._is_short else self.sockets / "node"

    @property
    def _is_short(self) -> bool:
        return len(str(self.folder).encode()) <= _LONGEST
