"""As much of a Kubernetes API server as a test needs: a real HTTP server on the loopback."""

from __future__ import annotations

import json
import threading
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import yaml

from grader.sandbox.api import KubeApi


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Callable[[Request], Reply]


def reply(document: object, status: int = 200) -> Reply:
    """JSON as the server's own answer."""
    return Reply(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


def refusal(code: int, message: str) -> Reply:
    """A Status object, which only the API server itself answers."""
    return reply({"kind": "Status", "status": "Failure", "message": message, "code": code}, code)


def _not_found(_asked: Request) -> Reply:
    return refusal(404, "not found")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked may have gone: a test wanted it so."""
        del request, client_address


class ApiServer:
    """Answers by path, with a 404 Status for every other.

    Attributes:
        routes: A function for each path.
        requests: All that was asked.
    """

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                asked = Request(
                    self.command,
                    path,
                    dict(urllib.parse.parse_qsl(query)),
                    dict(self.headers),
                    body,
                )
                server.requests.append(asked)
                route = server.routes.get(path, _not_found)
                answer = route(asked)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_PATCH = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the names that the server calls

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                del format, args

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Answer nobody any more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def serve(self, path: str, document: object, status: int = 200) -> None:
        """Answer a path with this JSON."""
        self.routes[path] = lambda _: reply(document, status)

    def serve_kinds(self, group: str, **kinds: str) -> None:
        """Know these kinds of a group's version ("v1", "apps/v1"): resource name by kind."""
        self.serve(
            f"/api/{group}" if "/" not in group else f"/apis/{group}",
            {
                "resources": [
                    *(
                        {"name": name, "kind": kind, "verbs": ["list"]}
                        for kind, name in kinds.items()
                    ),
                    {"name": "pods/log", "kind": "Pod", "verbs": ["get", "list"]},
                    {"name": "reviews", "kind": "Review", "verbs": ["create"]},
                ]
            },
        )

    def serve_groups(self, *versions: str) -> None:
        """Have these groups, each in this preferred version."""
        self.serve("/api", {"kind": "APIVersions", "versions": ["v1"]})
        groups = [{"preferredVersion": {"groupVersion": version}} for version in versions]
        self.serve("/apis", {"groups": groups})

    def serve_list(self, path: str, *items: Mapping[str, Any]) -> None:
        """Answer a list path with these objects."""
        self.serve(path, {"metadata": {}, "items": list(items)})

    def api(self, folder: Path) -> KubeApi:
        """The grader's view of this server, by a kubeconfig in a folder."""
        return KubeApi(self.kubeconfig(folder))

    def kubeconfig(self, folder: Path) -> Path:
        """A kubeconfig of this server, in a folder."""
        entry = {"server": f"http://127.0.0.1:{self._server.server_port}"}
        kubeconfig = {
            "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
            "clusters": [{"name": "here", "cluster": entry}],
            "users": [{"name": "me", "user": {"token": "dummy"}}],
        }
        path = folder / "kubeconfig"
        path.write_text(yaml.safe_dump(kubeconfig), encoding="utf-8")
        return path


def named(name: str, **rest: Any) -> dict[str, Any]:
    """An object with this name."""
    return {"metadata": {"name": name}, **rest}
