"""The fifteen services of the studio, read from fixtures/services/services.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from grader.sandbox.settings import data_folder

REGISTRY = "registry.pivori.internal/studio"


@dataclass(frozen=True)
class Service:
    """One service.

    Attributes:
        id: Its name in the cluster.
        port: Its port.
        group: The functional group it belongs to.
        stable: The release that is deployed by default.
        versions: Every release, good and bad.
    """

    id: str
    port: int
    group: str
    stable: str
    versions: tuple[str, ...]

    @property
    def repository(self) -> str:
        """The image without its tag."""
        return f"{REGISTRY}/{self.id}"


@cache
def services() -> dict[str, Service]:
    """Every service by id, in the data file's order."""
    path = data_folder("fixtures") / "services" / "services.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["services"]
    return {
        name: Service(
            id=name,
            port=table["port"],
            group=table["group"],
            stable=table["stable"],
            versions=tuple(release["version"] for release in table["releases"]),
        )
        for name, table in tables.items()
    }
