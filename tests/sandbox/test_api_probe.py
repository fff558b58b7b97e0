"""Asking a Service: what the service says is told apart from what the API server says in its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.model.observation import HttpProbe, ProbeAnswer
from grader.sandbox.api import KubeApi

from .api_server import ApiServer, Reply, Request, refusal

_PROBE = HttpProbe("studio", "geolocation", "http", "/health")
_PATH = "/api/v1/namespaces/studio/services/geolocation:http/proxy/health"
_JSON = {"Content-Type": "application/json"}


@pytest.fixture
def api(api_server: ApiServer, tmp_path: Path) -> KubeApi:
    """The grader's view of the server."""
    return api_server.api(tmp_path)


def _asked(api: KubeApi) -> ProbeAnswer:
    return api.probe(_PROBE, nonce="n0nce")


@pytest.mark.parametrize("header", ["X-Grader-Nonce", "x-grader-nonce"])
def test_a_service_that_answers(header: str, api: KubeApi, api_server: ApiServer) -> None:
    """A service's status and body come back, and its echo of the nonce in whatever case of the name."""

    def echo(asked: Request) -> Reply:
        return Reply(200, b'{"status": "ok"}', {header: asked.headers["X-Grader-Nonce"]})

    api_server.routes[_PATH] = echo
    assert _asked(api) == ProbeAnswer(200, body='{"status": "ok"}', nonce_echoed=True)


@pytest.mark.parametrize("headers", [{}, {"X-Grader-Nonce": "another"}])
def test_an_answer_that_is_not_fresh(
    headers: dict[str, str], api: KubeApi, api_server: ApiServer
) -> None:
    """Without our nonce, or with another, an answer is not proved to be fresh."""
    api_server.routes[_PATH] = lambda _: Reply(200, b"ok", headers)
    assert _asked(api) == ProbeAnswer(200, body="ok", nonce_echoed=False)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (403, "services is forbidden"),
        (404, 'services "geolocation" not found'),
        (500, "internal error"),
        (502, "error trying to reach service: EOF"),
        (503, "no endpoints available for service"),
        (504, "dial tcp 10.244.0.7:8010: i/o timeout"),
    ],
)
def test_the_api_server_s_own_answer_is_no_answer(
    code: int, message: str, api: KubeApi, api_server: ApiServer
) -> None:
    """A Status object says that no service answered, and why."""
    api_server.routes[_PATH] = lambda _: refusal(code, message)
    assert _asked(api) == ProbeAnswer(0, error=message)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
@pytest.mark.parametrize("body", [{"error": "no such route"}, ["kind"], "Status", {"kind": "Fix"}])
def test_a_service_that_itself_refuses(
    status: int, body: object, api: KubeApi, api_server: ApiServer
) -> None:
    """A service that answers an error with JSON of its own did answer."""
    text = json.dumps(body)
    api_server.routes[_PATH] = lambda _: Reply(status, text.encode(), _JSON)
    assert _asked(api) == ProbeAnswer(status, body=text)


@pytest.mark.parametrize("status", [404, 500])
def test_a_service_that_refuses_in_plain_words(
    status: int, api: KubeApi, api_server: ApiServer
) -> None:
    """An error in plain text is the service's own where the API server would have sent a Status."""
    api_server.routes[_PATH] = lambda _: Reply(status, b"plain words")
    assert _asked(api) == ProbeAnswer(status, body="plain words")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_s_plain_words(status: int, api: KubeApi, api_server: ApiServer) -> None:
    """A gateway error in plain text is nobody's answer, unless it carries the nonce."""
    api_server.routes[_PATH] = lambda _: Reply(status, b"error trying to reach service")
    assert _asked(api) == ProbeAnswer(0, error="error trying to reach service")
    api_server.routes[_PATH] = lambda _: Reply(status, b"busy", {"X-Grader-Nonce": "n0nce"})
    assert _asked(api) == ProbeAnswer(status, body="busy", nonce_echoed=True)


def test_a_redirect_is_not_followed(api: KubeApi, api_server: ApiServer) -> None:
    """A service that points elsewhere is not followed there: its redirect is its answer."""
    api_server.routes[_PATH] = lambda _: Reply(302, b"", {"Location": "/version"})
    assert _asked(api).status == 302
    assert len(api_server.requests) == 1


def test_a_long_answer_is_cut_and_any_bytes_are_text(api: KubeApi, api_server: ApiServer) -> None:
    """A service can't flood a record, and bytes that are no text do no harm."""
    api_server.routes[_PATH] = lambda _: Reply(200, b"\xff" + b"x" * 200_000)
    body = _asked(api).body
    assert len(body) == 100_000
    assert body[0] == "\N{REPLACEMENT CHARACTER}"


def test_a_cluster_that_is_gone(api: KubeApi, api_server: ApiServer) -> None:
    """Where the API server itself is out of reach it is our error, not the service's silence."""
    api_server.stop()
    with pytest.raises(GraderError) as caught:
        _asked(api)
    assert caught.value.code is Code.SANDBOX_BROKEN
