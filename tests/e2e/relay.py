"""Stands between the grader and a sandbox's API server, and kills probes while they are answered."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import urllib3
import yaml

# Those of one connection alone.
_OWN_HEADERS = {"connection", "transfer-encoding", "content-length", "keep-alive"}


@contextmanager
def probes_killed(kubeconfig: Path, scratch: Path) -> Iterator[list[str]]:
    """Have the holder of a kubeconfig go through a relay that breaks off every answer of a Service in its middle.

    Yields the paths of the probes that it killed. The kubeconfig is as it was afterwards.
    """
    written = kubeconfig.read_bytes()
    loaded = yaml.safe_load(written)
    cluster, user = loaded["clusters"][0]["cluster"], loaded["users"][0]["user"]
    server = _Relay(cluster["server"], _pool(cluster, user, scratch))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        loaded["clusters"][0]["cluster"] = {"server": address}
        kubeconfig.write_text(yaml.safe_dump(loaded), "utf-8")
        yield server.killed
    finally:
        kubeconfig.write_bytes(written)
        server.shutdown()
        thread.join()
        server.server_close()


def _pool(cluster: Any, user: Any, scratch: Path) -> urllib3.PoolManager:
    files = {}
    for name, holder in (
        ("certificate-authority", cluster),
        ("client-certificate", user),
        ("client-key", user),
    ):
        files[name] = scratch / name
        files[name].write_bytes(base64.b64decode(holder[f"{name}-data"]))
    return urllib3.PoolManager(
        maxsize=32,
        ca_certs=str(files["certificate-authority"]),
        cert_file=str(files["client-certificate"]),
        key_file=str(files["client-key"]),
        retries=False,
    )


class _Relay(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, target: str, pool: urllib3.PoolManager) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target, self.pool = target, pool
        self.killed: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Relay

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {k: v for k, v in self.headers.items() if k.lower() not in {"host", "connection"}}
        answer = self.server.pool.request(
            self.command, self.server.target + self.path, body=body or None, headers=headers
        )
        self.send_response(answer.status)
        for key, value in answer.headers.items():
            if key.lower() not in _OWN_HEADERS:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(answer.data)))
        self.end_headers()
        if "/proxy/" in self.path:
            self.server.killed.append(self.path)
            self.wfile.write(answer.data[: len(answer.data) // 2])
            self.close_connection = True
        else:
            self.wfile.write(answer.data)

    # As the server looks for them.
    do_GET = do_POST = do_PATCH = _pass_on  # noqa: N815

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: whoever asks says what matters."""
