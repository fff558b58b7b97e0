"""What is true of the fifteen services, whatever a candidate does to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

NAMESPACE = "pivori-production"
"""Where the services run."""

WORKSTATION_PATHS: Mapping[str, str] = {
    "studio": "/home/ubuntu/pivori-studio",
    "backups": "/backups",
    "archives": "/archives",
    "logs": "/var/log",
}
"""The workstation's folders as the guide has them, by the names that templates use."""


@dataclass(frozen=True)
class StudioService:
    """One service as production has it.

    Attributes:
        id: Names its chart, release, Deployment, Service and container.
        port: Its Service's port.
        stable: The version that is deployed unless another is asked for.
        registry: Where its images are, without the service's name.
        replicas: How many pods production has.
        config: What its ConfigMap holds in production.
        urls: The addresses of the services it calls.
        secrets: The exam's dummies that its Secret holds.
        fr: What it is called in French.
        en: What it is called in English.
        group: Its functional group.
        good: The versions without a fault, the oldest first.
        bad: The version that has each fault, by the fault's name.
    """

    id: str
    port: int
    stable: str
    registry: str
    replicas: int
    config: Mapping[str, str]
    urls: Mapping[str, str]
    secrets: Mapping[str, str]
    fr: str = ""
    en: str = ""
    group: str = ""
    good: tuple[str, ...] = ()
    bad: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A record knows lists only.
        object.__setattr__(self, "good", tuple(self.good))

    def image_of(self, version: str) -> str:
        """The reference of a release's image."""
        return f"{self.registry}/{self.id}:{version}"

    @property
    def image(self) -> str:
        """The reference of the stable release's image."""
        return self.image_of(self.stable)

    @property
    def configuration_hash(self) -> str:
        """What `/info` answers as `configuration_hash` where a pod runs with the production values.

        It is the stub's own definition: SHA-256 of the canonical JSON of the configuration, the
        addresses, and the SHA-256 of the secrets' canonical JSON.
        """
        secrets = _digest(dict(self.secrets))
        return _digest({"config": dict(self.config), "urls": dict(self.urls), "secrets": secrets})


@dataclass(frozen=True)
class Studio:
    """The services of the studio.

    Attributes:
        services: By id, in the order of the guide.
    """

    services: Mapping[str, StudioService]

    def except_(self, *ids: str) -> tuple[str, ...]:
        """Ids of all services but these."""
        return tuple(service for service in self.services if service not in ids)


def _digest(content: object) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
