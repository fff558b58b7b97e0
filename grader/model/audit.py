"""What the API server's audit log says of the work: who changed what, and whether anything of it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from grader.model.text import Bilingual, Language


@dataclass(frozen=True)
class AuditWrite:
    """One request that changed something, or tried to.

    Attributes:
        at: When it came, RFC 3339 in UTC.
        user: Who asked, "candidate"; of one who acted as another, "candidate as system:serviceaccount:…".
        verb: "create", "update", "patch", "delete", "deletecollection", or "get" of what runs a command.
        resource: In the plural, with its group: "deployments.apps".
        namespace: "" outside any.
        name: "" where the request was for no single object.
        subresource: "scale", "exec", or "".
        code: The answer's HTTP status; 0 where there was none yet.
        agent: The program, "kubectl" or "helm"; as it calls itself.
        changed: The places that a patch wrote, such as "spec.replicas=3"; of whole objects none are told.
        dry_run: Whether nothing was to be changed.
    """

    at: str
    user: str
    verb: str
    resource: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    code: int = 0
    agent: str = ""
    changed: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def done(self) -> bool:
        """Whether it took effect."""
        return 200 <= self.code < 300 and not self.dry_run  # noqa: PLR2004 - HTTP's successes

    @property
    def what(self) -> str:
        """The request in words: "patch deployments.apps/scale payment"."""
        resource = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        return f"{self.verb} {resource} {self.name}".rstrip()


@dataclass(frozen=True)
class AuditFinding:
    """Something of the log is missing or was altered: a matter of trust, never of points.

    Attributes:
        kind: One of `AUDIT_FINDINGS`.
        at: When, as far as it is known; RFC 3339 in UTC, or "".
        detail: What exactly, in English.
        detail_fr: The same in French; "" where it is told in English only, as what a recorder or a program said.
    """

    kind: str
    at: str = ""
    detail: str = ""
    detail_fr: str = ""

    def detail_in(self, language: Language) -> str:
        """What exactly, in a language where it is told in it."""
        return Bilingual(self.detail_fr or self.detail, self.detail).in_(language)


AUDIT_FINDINGS = (
    "absent",
    "gap",
    "restarted",
    "not-running",
    "truncated",
    "replaced",
    "unreadable",
    "missing",
    "chain-broken",
)
"""No log at all; a silence; a recorder begun anew; one that does not run; a log cut short; a log put in the place of
another; a line that is none; a line that the chain lacks; a chain that does not hold together."""


@dataclass(frozen=True)
class AuditExtract:
    """What of the audit log is kept with a submission.

    Attributes:
        head: The chain's last digest, "sha256:…"; "" where there is no chain.
        records: How many records the chain has.
        writes: The latest requests since the candidate began, oldest first, but for the grader's own.
        omitted: How many earlier ones were left out.
        findings: What is missing or altered.
    """

    head: str = ""
    records: int = 0
    writes: tuple[AuditWrite, ...] = ()
    omitted: int = 0
    findings: tuple[AuditFinding, ...] = ()


def moment_of(text: str) -> datetime | None:
    """A time of the log or beside it; None for what is none, or does not say its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def extract_to_json(extract: AuditExtract) -> dict[str, Any]:
    """An extract as JSON data."""
    return asdict(extract)


def extract_from_json(data: Mapping[str, Any]) -> AuditExtract:
    """The extract that `extract_to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return AuditExtract(
        head=str(data["head"]),
        records=int(data["records"]),
        writes=tuple(_write(entry) for entry in data["writes"]),
        omitted=int(data["omitted"]),
        findings=tuple(AuditFinding(**entry) for entry in data["findings"]),
    )


def _write(entry: Mapping[str, Any]) -> AuditWrite:
    return AuditWrite(**{**entry, "changed": tuple(entry["changed"])})
