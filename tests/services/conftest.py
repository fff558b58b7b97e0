"""The stub services, running."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pivori_stub import identity

from tests.services.running_stub import RunningStub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pivori_stub.identity import Catalogue

    from tests.services.running_stub import StartStub


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The fifteen identities."""
    return identity.load()


@pytest.fixture
def launch(catalogue: Catalogue, tmp_path: Path) -> Iterator[StartStub]:
    """Start stubs without waiting until they listen; they end with the test."""
    started: list[RunningStub] = []

    def start(service: str, version: str = "", **environment: str) -> RunningStub:
        known = catalogue.services[service]
        data = tmp_path / f"data-{len(started)}"
        data.mkdir()
        complete = {
            "PIVORI_SERVICE": service,
            "PIVORI_VERSION": version or known.stable,
            "PIVORI_DATA_DIR": str(data),
            "PIVORI_LISTEN_HOST": "127.0.0.1",
            "PIVORI_LISTEN_PORT": "0",
            **{key.name: key.default for key in known.config},
            **{key.name: key.dummy for key in known.secret},
            **environment,
        }
        stub = RunningStub(complete, tmp_path / f"log-{len(started)}")
        started.append(stub)
        return stub

    yield start
    for stub in started:
        stub.kill()


@pytest.fixture
def serve(launch: StartStub) -> StartStub:
    """Start stubs and wait until each listens."""

    def start(service: str, version: str = "", **environment: str) -> RunningStub:
        return launch(service, version, **environment).listen()

    return start
