"""A difference between the baseline and now that the scenario did not allow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What became of an object."""

    CHANGED = "changed"
    DELETED = "deleted"
    ADDED = "added"


@dataclass(frozen=True)
class Change:
    """One object that is not as it was.

    Attributes:
        kind: Its kind, such as "Deployment".
        namespace: Its namespace; "" for an object outside any.
        name: Its name.
        what: Whether it was changed, deleted or added.
        paths: Where in it, such as "spec.replicas"; empty unless it was changed.
    """

    kind: str
    namespace: str
    name: str
    what: ChangeKind
    paths: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        paths = f": {', '.join(self.paths)}" if self.paths else ""
        return f"{self.kind} {place} {self.what.value}{paths}"
