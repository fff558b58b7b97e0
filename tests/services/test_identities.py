"""The data file that tells the fifteen services apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pivori_stub import configuration, identity
from pivori_stub.faults import CRASH, ERRORS, GROWTH, SLOW, WRONG_PORT

if TYPE_CHECKING:
    from pathlib import Path

    from pivori_stub.identity import Catalogue, Service

    from tests.services.running_stub import StartStub

CATALOGUE = identity.load()
SERVICES = pytest.mark.parametrize("service", CATALOGUE.services.values(), ids=lambda s: s.id)
GUIDE = {
    "geolocation": 8010,
    "routing": 8011,
    "proximity": 8012,
    "trading-bot": 8020,
    "market-data": 8021,
    "payment": 8022,
    "iptv": 8030,
    "audio": 8031,
    "live": 8032,
    "game": 8040,
    "leaderboard": 8041,
    "reward": 8042,
    "document-scan": 8050,
    "watermark": 8051,
    "security": 8052,
}


def test_the_fifteen_services_of_the_guide(catalogue: Catalogue) -> None:
    """The catalogue holds the guide's services, each on its port, three to a group."""
    assert {service.id: service.port for service in catalogue.services.values()} == GUIDE
    groups = [service.group for service in catalogue.services.values()]
    assert {group: groups.count(group) for group in groups} == dict.fromkeys(catalogue.groups, 3)


@SERVICES
def test_releases(service: Service) -> None:
    """A service has at least three good releases, its stable one among them, and each bad kind."""
    good = [release.version for release in service.releases if not release.fault]
    bad = sorted(release.fault for release in service.releases if release.fault)
    assert len(good) >= 3
    assert service.stable in good
    assert bad == sorted(CATALOGUE.faults) == sorted([CRASH, ERRORS, GROWTH, SLOW, WRONG_PORT])
    versions = [release.version for release in service.releases]
    assert len(set(versions)) == len(versions)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


@SERVICES
def test_faults_that_write_an_error_say_which(service: Service) -> None:
    """Exactly the releases whose fault shows in the log carry the line that it writes."""
    logged = {release.fault for release in service.releases if release.log}
    assert logged == {CRASH, ERRORS}


def test_dependencies_form_no_circle(catalogue: Catalogue) -> None:
    """Whatever one removes the services without dependencies from, in the end nothing is left."""
    left = {service.id: set(service.depends_on) for service in catalogue.services.values()}
    while free := {name for name, needs in left.items() if not needs}:
        left = {name: needs - free for name, needs in left.items() if name not in free}
    assert left == {}


@SERVICES
@pytest.mark.parametrize("wanted", ["default", "production"])
def test_own_values_are_allowed(service: Service, wanted: str) -> None:
    """The catalogue's defaults, production values and dummies are what the service accepts."""
    environment = {key.name: getattr(key, wanted) for key in service.config}
    environment |= {key.name: key.dummy for key in service.secret}
    assert isinstance(
        configuration.read(CATALOGUE, service, environment), configuration.Configuration
    )


@SERVICES
def test_production_can_be_told_from_development(service: Service) -> None:
    """At least three keys have another value in production, so that a check can tell."""
    assert sum(key.default != key.production for key in service.config) >= 3


@SERVICES
def test_secrets_are_plainly_dummies(service: Service) -> None:
    """No dummy looks like a credential that somebody could have lost."""
    for key in service.secret:
        assert key.dummy.startswith(("exam-", "0000000000000000"))


@SERVICES
def test_starts_with_the_charts_defaults(service: Service, serve: StartStub) -> None:
    """Each identity starts with its default configuration, is ready and holds its samples."""
    stub = serve(service.id)
    assert stub.ask("/ready").status == 200
    assert stub.ask("/info").json["names"] == service.names
    assert stub.ask("/data").json["records"] == service.data
    assert stub.end() == 0


def test_every_release_is_found(catalogue: Catalogue) -> None:
    """A release is looked up by its version; an unknown one is none."""
    for service in catalogue.services.values():
        for release in service.releases:
            assert service.release(release.version) == release
        assert service.release("0.0.0") is None


def test_readme_documents_every_fault(catalogue: Catalogue) -> None:
    """The README's tables are those that the catalogue gives."""
    readme = (identity.CATALOGUE_FILE.parent / "README.md").read_text(encoding="utf-8")
    for table in (_fault_table(catalogue), _release_table(catalogue)):
        assert table in readme, f"README.md should hold:\n{table}"


def test_another_file_can_be_read(tmp_path: Path) -> None:
    """A catalogue elsewhere is read just the same."""
    copy = tmp_path / "copy.toml"
    copy.write_bytes(identity.CATALOGUE_FILE.read_bytes())
    assert identity.load(copy) == CATALOGUE


def _fault_table(catalogue: Catalogue) -> str:
    rows = [
        f"| `{name}` | {text['en']} | {text['fr']} |" for name, text in catalogue.faults.items()
    ]
    return "\n".join(["| fault | what it does | ce qu'elle fait |", "|---|---|---|", *rows])


def _release_table(catalogue: Catalogue) -> str:
    faults = list(catalogue.faults)
    rows = []
    for service in catalogue.services.values():
        good = [
            f"**{release.version}**" if release.version == service.stable else release.version
            for release in service.releases
            if not release.fault
        ]
        bad = {release.fault: release.version for release in service.releases}
        cells = [service.id, str(service.port), ", ".join(good), *(bad[name] for name in faults)]
        rows.append(f"| {' | '.join(cells)} |")
    head = ["service", "port", "good", *faults]
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows])
