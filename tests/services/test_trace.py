"""One trace id through the whole path."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from pivori_stub.tracecontext import continue_trace

if TYPE_CHECKING:
    from tests.services.running_stub import StartStub

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


def test_three_services_in_one_trace(serve: StartStub) -> None:
    """trading-bot calls market-data and payment, both call security: one id, a tree of spans."""
    security = serve("security")
    urls = {"PIVORI_URL_SECURITY": f"http://127.0.0.1:{security.port}"}
    market, payment = serve("market-data", **urls), serve("payment", **urls)
    bot = serve(
        "trading-bot",
        PIVORI_URL_MARKET_DATA=f"http://127.0.0.1:{market.port}",
        PIVORI_URL_PAYMENT=f"http://127.0.0.1:{payment.port}",
    )
    answer = bot.ask("/trace", headers={"traceparent": PARENT})
    assert answer.status == 200
    assert answer.headers["X-Trace-Id"] == TRACE
    root = answer.json
    assert root["parent_id"] == "00f067aa0ba902b7"
    assert answer.headers["traceparent"] == f"00-{TRACE}-{root['span_id']}-01"
    assert _shape(root) == {
        "trading-bot": {"market-data": {"security": {}}, "payment": {"security": {}}},
    }
    for span, parent in _links(root):
        assert span["trace_id"] == TRACE
        assert span["parent_id"] == parent["span_id"]
        assert span["duration_ms"] <= parent["duration_ms"]
    for stub in (bot, market, payment, security):
        traced = [line["trace_id"] for line in stub.lines() if "/trace" in line["message"]]
        assert set(traced) == {TRACE}


def test_a_trace_is_begun_where_none_came_in(serve: StartStub) -> None:
    """Without a traceparent each request has a trace id of its own."""
    stub = serve("security")
    ids = {stub.ask("/trace").json["trace_id"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize(
    "header",
    [
        "",
        "00",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
        f"{PARENT}-more",
    ],
)
def test_invalid_traceparents_are_replaced(header: str) -> None:
    """A header that the standard calls invalid begins a new trace."""
    context = continue_trace(header)
    assert context.trace_id != TRACE
    assert context.parent_id is None


def test_later_versions_of_the_header_are_understood() -> None:
    """A later version may append fields; its first ones still count."""
    assert continue_trace(f"01-{TRACE}-00f067aa0ba902b7-01-more").trace_id == TRACE


def test_an_unreachable_dependency_is_named(serve: StartStub) -> None:
    """The answer is a 502 whose tree shows who did not answer, at which address, and why."""
    security = serve("security")
    nobody = f"http://127.0.0.1:{security.port}"
    payment = serve("payment", PIVORI_URL_SECURITY=nobody)
    leaderboard = serve("leaderboard", PIVORI_URL_SECURITY=nobody)
    reward = serve(
        "reward",
        PIVORI_URL_PAYMENT=f"http://127.0.0.1:{payment.port}",
        PIVORI_URL_LEADERBOARD=f"http://127.0.0.1:{leaderboard.port}",
    )
    security.kill()
    answer = reward.ask("/trace")
    assert answer.status == 502
    culprit = answer.json["children"][1]["children"][0]
    assert culprit == {
        "service": "security",
        "url": nobody,
        "status": "error",
        "error": "Connection refused",
        "children": [],
    }


def test_a_silent_dependency_is_named_by_its_caller(serve: StartStub) -> None:
    """A dependency that accepts and says nothing shows as such in the whole path above it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        payment = serve(
            "payment", PIVORI_URL_SECURITY=f"http://127.0.0.1:{silent.getsockname()[1]}"
        )
        bot = serve(
            "trading-bot",
            PIVORI_URL_PAYMENT=f"http://127.0.0.1:{payment.port}",
            PIVORI_URL_MARKET_DATA="http://127.0.0.1:1",
        )
        answer = bot.ask("/trace")
    assert answer.status == 502
    seen = {child["service"]: child for child in answer.json["children"]}
    assert "no answer within" in seen["payment"]["children"][0]["error"]
    assert seen["market-data"]["error"] == "Connection refused"


def test_somebody_else_at_the_address(serve: StartStub) -> None:
    """An address that leads to another service is an error, not a trace."""
    audio = serve("audio", PIVORI_URL_WATERMARK="http://127.0.0.1:1")
    payment = serve("payment", PIVORI_URL_SECURITY=f"http://127.0.0.1:{audio.port}")
    child = payment.ask("/trace").json["children"][0]
    assert child["error"] == "'audio' answers there"


def test_circles_end(serve: StartStub) -> None:
    """A service whose dependency's address leads back to itself answers with the circle."""
    stub = serve("security")
    own = stub.ask("/trace", headers={"x-pivori-via": "payment,security"})
    assert own.status == 502
    assert own.json["error"] == "circle: payment -> security"


def _shape(span: dict[str, Any]) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for child in span["children"]:
        inner |= _shape(child)
    return {span["service"]: inner}


def _links(span: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [link for child in span["children"] for link in [(child, span), *_links(child)]]
