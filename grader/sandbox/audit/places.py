"""Where an attempt's audit files lie. The sandbox reaches `source` and nothing else of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LOG = "audit.log"
POLICY = "policy.yaml"


@dataclass(frozen=True)
class AuditPlaces:
    """The files.

    Args:
        folder: The attempt's own folder.
    """

    folder: Path

    @property
    def root(self) -> Path:
        """All of them."""
        return self.folder / "audit"

    @property
    def source(self) -> Path:
        """The folder that the API server writes to: the policy and the log."""
        return self.root / "source"

    @property
    def source_log(self) -> Path:
        """The API server's log, one JSON object a line."""
        return self.source / LOG

    @property
    def chain(self) -> Path:
        """The recorder's chain, one record a line."""
        return self.root / "chain.jsonl"

    @property
    def own_log(self) -> Path:
        """What the recorder itself has to say."""
        return self.root / "recorder.log"
