"""What each route answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.services.running_stub import RunningStub, StartStub


@pytest.fixture
def geolocation(serve: StartStub) -> RunningStub:
    """The geolocation service, running."""
    return serve("geolocation")


def test_health(geolocation: RunningStub) -> None:
    """/health names the service and the version that answers."""
    answer = geolocation.ask("/health")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    expected = {"status": "ok", "service": "geolocation", "version": "2.4.1", "nonce": None}
    assert answer.json == expected


@pytest.mark.parametrize("path", ["/health", "/info"])
def test_nonce_is_echoed(geolocation: RunningStub, path: str) -> None:
    """A nonce comes back in the header and in the body: the answer was made for this request."""
    answer = geolocation.ask(path, headers={"X-Grader-Nonce": "n-42.x"})
    assert answer.json["nonce"] == answer.headers["X-Grader-Nonce"] == "n-42.x"


@pytest.mark.parametrize("nonce", ["with blank", "<script>", "x" * 129, "é"])
def test_strange_nonces_are_not_echoed(geolocation: RunningStub, nonce: str) -> None:
    """What could be more than a nonce is left out."""
    answer = geolocation.ask("/health", headers={"X-Grader-Nonce": nonce})
    assert answer.status == 200
    assert "X-Grader-Nonce" not in answer.headers
    assert answer.json["nonce"] is None


def test_ready_does_not_ask_the_dependencies(serve: StartStub) -> None:
    """A service is ready although nothing that it calls is there yet."""
    answer = serve("game").ask("/ready")
    assert (answer.status, answer.json["status"]) == (200, "ready")


def test_info(serve: StartStub) -> None:
    """/info tells who this is, on what configuration, and whom it calls."""
    info = serve("trading-bot").ask("/info").json
    assert info["service"] == "trading-bot"
    assert info["group"] == "finance"
    assert info["port"] == 8020
    assert info["environment"] == "development"
    assert info["dependencies"] == {
        "market-data": "http://market-data:8021",
        "payment": "http://payment:8022",
    }
    assert info["uptime_seconds"] >= 0
    assert re.fullmatch(r"[0-9a-f]{64}", info["configuration_hash"])


def test_configuration_hash_follows_the_configuration(serve: StartStub) -> None:
    """Same configuration, same hash; another value, secret or address, another hash."""

    def hash_with(**changes: str) -> str:
        stub = serve("routing", **changes)
        digest: str = stub.ask("/info").json["configuration_hash"]
        stub.kill()
        return digest

    hashes = [
        hash_with(),
        hash_with(LOG_LEVEL="ERROR"),
        hash_with(ROUTING_TILES_TOKEN="exam-tiles-anothertoken"),
        hash_with(PIVORI_URL_GEOLOCATION="http://elsewhere:8010"),
    ]
    assert len(set(hashes)) == 4
    assert hash_with() == hashes[0]


def test_metrics_are_prometheus_text(geolocation: RunningStub) -> None:
    """Every sample belongs to a family with HELP and TYPE and has a number."""
    geolocation.ask("/health")
    answer = geolocation.ask("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    text = answer.body.decode()
    assert text.endswith("\n")
    documented = set(re.findall(r"^# HELP (\S+) \S", text, re.MULTILINE))
    assert documented == set(re.findall(r"^# TYPE (\S+) (?:counter|gauge)$", text, re.MULTILINE))
    for line in text.splitlines():
        if not line.startswith("#"):
            found = re.fullmatch(r'(\w+)(\{(\w+="[^"]*",?)+\})? \d+(\.\d+)?', line)
            assert found, line
            assert found[1] in documented
    info = 'pivori_build_info{service="geolocation",version="2.4.1",group="geolocation"} 1'
    assert info in text


def test_metrics_count_by_route_and_status(geolocation: RunningStub) -> None:
    """Requests are counted by route and status, and unknown paths as one route."""
    for path in ("/data", "/data/paris", "/data/nobody", "/one", "/two"):
        geolocation.ask(path)
    text = geolocation.ask("/metrics").body.decode()

    def line(route: str, status: int, count: int) -> str:
        labels = f'service="geolocation",route="{route}",method="GET",status="{status}"'
        return f"pivori_http_requests_total{{{labels}}} {count}\n"

    assert line("/data", 200, 1) in text
    assert line("/data/{key}", 200, 1) in text
    assert line("/data/{key}", 404, 1) in text
    assert line("other", 404, 2) in text


def test_unknown_route(geolocation: RunningStub) -> None:
    """There is no such route: 404, and the body says so."""
    answer = geolocation.ask("/nothing/here?x=1")
    assert answer.status == 404
    assert answer.json["error"] == "Not Found"


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/info", "/trace", "/data"])
def test_wrong_method(geolocation: RunningStub, path: str) -> None:
    """A method that a route does not have is a 405 that names those it has."""
    answer = geolocation.ask(path, method="POST")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/health", "/metrics", "/data/paris", "/nothing"])
def test_head(geolocation: RunningStub, path: str) -> None:
    """HEAD answers as GET does, without a body."""
    head, get = geolocation.ask(path, method="HEAD"), geolocation.ask(path)
    assert head.body == b""
    assert (head.status, head.headers["Content-Type"]) == (get.status, get.headers["Content-Type"])
    assert int(head.headers["Content-Length"]) > 0


def test_queries_are_ignored(geolocation: RunningStub) -> None:
    """A query string does not change the route."""
    assert geolocation.ask("/data/paris?pretty=1").json["label"] == "Paris, Hôtel de Ville"


def test_stays_small(geolocation: RunningStub) -> None:
    """After some traffic less than 20 MB are resident."""
    for path in ("/health", "/ready", "/metrics", "/info", "/data", "/trace") * 10:
        geolocation.ask(path)
    text = geolocation.ask("/metrics").body.decode()
    found = re.search(r"^process_resident_memory_bytes (\d+)$", text, re.MULTILINE)
    assert found
    assert 1_000_000 < int(found[1]) < 20_000_000
