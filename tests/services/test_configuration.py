"""A service that is not configured as it must be does not start, and says all that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.services.running_stub import StartStub


def test_every_mistake_is_told_at_once(launch: StartStub) -> None:
    """One line names each wrong key, the value seen and what is allowed; the exit code is 78."""
    stub = launch(
        "trading-bot",
        TRADING_MODE="real",
        TRADING_MAX_ORDER_EUR="0",
        LOG_LEVEL="",
        PIVORI_URL_PAYMENT="payment:8022",
        TRADING_BROKER_TOKEN="hunter2hunter2",
    )
    assert stub.exit_code() == 78
    (line,) = stub.lines()
    assert line["level"] == "ERROR"
    assert line["mistakes"] == [
        "LOG_LEVEL: missing, allowed is one of DEBUG, INFO, WARNING, ERROR",
        "TRADING_MODE: 'real' is not allowed, one of paper, live is",
        "TRADING_MAX_ORDER_EUR: '0' is not allowed, a whole number from 1 to 100000 is",
        "TRADING_BROKER_TOKEN: the secret has 14 characters that do not match exam-broker-[0-9a-z]{8,32}",
        "PIVORI_URL_PAYMENT: 'payment:8022' is not allowed, http://host:port is",
    ]
    assert all(mistake in line["message"] for mistake in line["mistakes"])


def test_a_secret_is_never_logged(launch: StartStub) -> None:
    """The log holds neither a wrong secret nor a right one beside it."""
    stub = launch("payment", PAYMENT_API_KEY="s3cr3t-and-wrong")
    assert stub.exit_code() == 78
    text = stub.log.read_text(encoding="utf-8")
    assert "s3cr3t" not in text
    assert "00000000000000000000000000008022" not in text


def test_a_missing_secret(launch: StartStub) -> None:
    """A secret that is not there is told by its name and format."""
    stub = launch("audio", AUDIO_LICENSE_KEY="")
    assert stub.exit_code() == 78
    (line,) = stub.lines()
    assert "AUDIO_LICENSE_KEY: missing secret" in line["message"]


@pytest.mark.parametrize(
    ("service", "key", "value"),
    [
        ("geolocation", "GEO_PRECISION_METERS", "10m"),
        ("geolocation", "GEO_PRECISION_METERS", "-1"),
        ("geolocation", "GEO_PRECISION_METERS", "1e2"),
        ("geolocation", "GEO_PRECISION_METERS", "٣"),
        ("geolocation", "GEO_PROVIDER", "Internal"),
        ("live", "LIVE_RECORDING", "yes"),
        ("watermark", "WATERMARK_TEXT", "a\nb"),
        ("routing", "PIVORI_URL_GEOLOCATION", "https://geolocation:8010"),
        ("routing", "PIVORI_URL_GEOLOCATION", "http://geolocation:99999"),
        ("routing", "PIVORI_URL_GEOLOCATION", "http://geolocation:8010/path"),
        ("routing", "PIVORI_LISTEN_PORT", "70000"),
        ("routing", "PIVORI_VERSION", "9.9.9"),
        ("routing", "PIVORI_SERVICE", "rooting"),
    ],
)
def test_wrong_values(launch: StartStub, service: str, key: str, value: str) -> None:
    """One wrong value is one mistake, which names its key."""
    stub = launch(service, **{key: value})
    assert stub.exit_code() == 78
    (line,) = stub.lines()
    (mistake,) = line["mistakes"]
    assert mistake.startswith(f"{key}: ")


def test_the_start_is_one_line_at_any_level(serve: StartStub) -> None:
    """A good start writes one line with service, version and port, whatever the log level."""
    for level in ("DEBUG", "ERROR"):
        stub = serve("security", LOG_LEVEL=level)
        stub.ask("/health")
        (line,) = stub.lines()
        assert (line["service"], line["version"], line["port"]) == ("security", "6.1.0", stub.port)
        assert line["message"] == f"security 6.1.0 listens on port {stub.port}"


def test_access_log(serve: StartStub) -> None:
    """Requests are logged with their trace id; what probes ask is not."""
    stub = serve("security")
    for path in ("/health", "/ready", "/metrics"):
        stub.ask(path)
    answer = stub.ask("/info")
    lines = stub.lines()[1:]
    assert [line["message"] for line in lines] == ["GET /info 200"]
    assert lines[0]["trace_id"] == answer.headers["X-Trace-Id"]
    assert set(lines[0]) >= {"time", "level", "service", "message", "milliseconds"}
    quiet = serve("security", LOG_LEVEL="WARNING")
    quiet.ask("/info")
    assert len(quiet.lines()) == 1


def test_a_port_in_use(launch: StartStub, serve: StartStub) -> None:
    """A port that somebody else has ends the service with a line that names it."""
    port = serve("security").port
    stub = launch("security", PIVORI_LISTEN_PORT=str(port))
    assert stub.exit_code() == 1
    (line,) = stub.lines()
    assert f"can't listen on 127.0.0.1:{port}" in line["message"]
