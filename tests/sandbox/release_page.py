"""A release page: a real HTTP server on the loopback."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from grader.sandbox.tools.pins import Tool


class ReleasePage:
    """Serves files by path, and counts who asked.

    Attributes:
        files: Content by path.
        promised: Sizes that are promised for a path, where they differ from the content's.
        asked: Every path that was asked for.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.promised: dict[str, int] = {}
        self.asked: list[str] = []
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page.asked.append(self.path)
                content = page.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                size = page.promised.get(self.path, len(content))
                self.send_header("Content-Length", str(size))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                del format, args

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def publish(self, content: bytes, *, checksum: bytes | None = None, member: str = "") -> Tool:
        """Publish a program; the pin that leads there."""
        self.files["/hammer"] = content
        digest = hashlib.sha256(content).hexdigest().encode()
        self.files["/hammer.sha256"] = digest + b"  hammer\n" if checksum is None else checksum
        return Tool(
            name="hammer",
            version="1.2.3",
            module="kind",
            package=".",
            url=f"{self.address}/hammer",
            checksum="{url}.sha256",
            member=member,
            ask=("version",),
            fits="1.2",
        )
