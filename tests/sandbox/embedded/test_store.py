"""The object store is asked through its socket, and what keeps it from answering is no error."""

from __future__ import annotations

import base64
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.embedded.store import Store


@contextmanager
def answering(socket: Path, body: bytes, status: int = 200) -> Iterator[list[Any]]:
    """A server behind a socket; what it was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, json.loads(content)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def address_string(self) -> str:
            return "a socket has none"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    with socketserver.ThreadingUnixStreamServer(str(socket), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield asked
        finally:
            server.shutdown()
            thread.join()


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_every_key_with_its_revision(tmp_path: Path) -> None:
    """One question for all of them, without their values."""
    found = {"/registry/pods/a/b": 12, "/registry/minions/été": 3}
    kvs = [
        {"key": _coded(key), "mod_revision": str(at), "version": "1"} for key, at in found.items()
    ]
    body = json.dumps({"header": {"revision": "15"}, "kvs": kvs, "count": "2"}).encode()
    with answering(tmp_path / "etcd", body) as asked:
        assert Store(tmp_path / "etcd").revisions() == found
    words = {"key": _coded("/registry/"), "range_end": _coded("/registry0"), "keys_only": True}
    assert asked == [("/v3/kv/range", words)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"error": "not ready"}', 503),
        (b"not json", 200),
        (b"[]", 200),
        (b'{"header": {}}', 200),
        (b'{"kvs": [{"key": "?", "mod_revision": "1"}]}', 200),
        (b'{"kvs": [{"key": "YQ==", "mod_revision": "one"}]}', 200),
    ],
)
def test_another_answer_is_none(body: bytes, status: int, tmp_path: Path) -> None:
    """Who asks then reads everything."""
    with answering(tmp_path / "etcd", body, status):
        assert Store(tmp_path / "etcd").revisions() is None


def test_nobody_there_is_none(tmp_path: Path) -> None:
    """No socket, or one behind which nobody listens."""
    socket = tmp_path / "etcd"
    assert Store(socket).revisions() is None
    with answering(socket, b"{}"):
        pass
    assert Store(socket).revisions() is None
