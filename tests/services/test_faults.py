"""The bad releases do what is documented of them, and nothing else."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

import pytest
from pivori_stub import faults

from tests.services.running_stub import eventually

if TYPE_CHECKING:
    from pivori_stub.identity import Catalogue

    from tests.services.running_stub import RunningStub, StartStub


def _bad(catalogue: Catalogue, service: str, fault: str) -> str:
    releases = catalogue.services[service].releases
    return next(release.version for release in releases if release.fault == fault)


def test_crash_at_start(catalogue: Catalogue, launch: StartStub) -> None:
    """It ends at once with code 1 after the one line that gives the cause."""
    for service in catalogue.services.values():
        version = _bad(catalogue, service.id, faults.CRASH)
        stub = launch(service.id, version)
        assert stub.exit_code() == 1
        (line,) = stub.lines()
        release = service.release(version)
        assert release
        assert (line["level"], line["message"]) == ("ERROR", release.log)


def test_wrong_port(catalogue: Catalogue, launch: StartStub) -> None:
    """It answers on its port + 1000, and nobody answers on its port."""
    version = _bad(catalogue, "payment", faults.WRONG_PORT)
    port = _two_free_ports()
    stub = launch("payment", version, PIVORI_LISTEN_PORT=str(port)).listen()
    assert stub.port == port + 1000
    assert stub.ask("/health").status == 200
    stub.port = port
    with pytest.raises(ConnectionRefusedError):
        stub.ask("/health")


def test_errors_on_one_route(catalogue: Catalogue, serve: StartStub) -> None:
    """/data answers 500 and logs why; every other route is fine."""
    version = _bad(catalogue, "payment", faults.ERRORS)
    stub = serve("payment", version)
    release = catalogue.services["payment"].release(version)
    assert release
    assert stub.ask("/data").status == 500
    assert stub.ask("/data/tx-70001").status == 500
    logged = [line for line in stub.lines() if line["message"] == release.log]
    assert [line["level"] for line in logged] == ["ERROR", "ERROR"]
    for path in ("/health", "/ready", "/metrics", "/info"):
        assert stub.ask(path).status == 200


def test_memory_growth(catalogue: Catalogue, serve: StartStub) -> None:
    """It is ready and answers, and keeps more and more memory."""
    stub = serve("payment", _bad(catalogue, "payment", faults.GROWTH))
    assert stub.ask("/ready").status == 200
    begin = _resident(stub)
    eventually(lambda: _resident(stub) > begin + 4 * 1024 * 1024)
    assert stub.end() == 0


def test_memory_growth_kills_between_20_and_30_seconds() -> None:
    """At the documented rate, 64Mi less what the service needs last for 20 to 30 s."""
    rate = faults.GROWTH_STEP / faults.GROWTH_PAUSE
    assert rate == 2.5 * 1024 * 1024
    for needed in (8, 14):
        assert 18 <= (64 - needed) * 1024 * 1024 / rate <= 30


def test_slow(catalogue: Catalogue, serve: StartStub) -> None:
    """/ready takes longer than its probe waits; /health does not; it still stops at once."""
    stub = serve("payment", _bad(catalogue, "payment", faults.SLOW))
    assert stub.ask("/health").status == 200
    with socket.create_connection(("127.0.0.1", stub.port), timeout=1.5) as connection:
        connection.sendall(b"GET /ready HTTP/1.0\r\n\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)
    assert stub.end() == 0


def _resident(stub: RunningStub) -> int:
    text = stub.ask("/metrics").body.decode()
    found = re.search(r"^process_resident_memory_bytes (\d+)$", text, re.MULTILINE)
    assert found
    return int(found[1])


def _two_free_ports() -> int:
    """Return a free port whose port + 1000 is free as well."""
    for _ in range(100):
        with socket.create_server(("127.0.0.1", 0)) as first:
            port: int = first.getsockname()[1]
            try:
                with socket.create_server(("127.0.0.1", port + 1000)):
                    return port
            except (OSError, OverflowError):
                continue
    pytest.fail("no two free ports, 1000 apart")
