"""A stub service as a process of its own, on a free loopback port."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SERVICES = Path(__file__).resolve().parents[2] / "fixtures" / "services"
PATIENCE = 20.0


def eventually(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Return as soon as the promise holds; fail if it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        pause.wait(0.01)


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class RunningStub:
    """One process of the stub."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        """Start it as the image does."""
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-E", "-s", "-S", str(SERVICES / "serve.py")],
                env=dict(environment),
                stdout=output,
            )
        self.port = 0

    def listen(self) -> RunningStub:
        """Wait until it listens."""
        eventually(lambda: bool(self.lines()) or self.process.poll() is not None)
        self.port = self.lines()[0]["port"]
        return self

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of its log that are complete."""
        text = self.log.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def exit_code(self) -> int:
        """Wait for an end of its own."""
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Leave nothing running."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)


class StartStub(Protocol):
    """Starts a stub with the charts' default configuration; keywords change the environment."""

    def __call__(self, service: str, version: str = ..., **environment: str) -> RunningStub:
        """Start it, with its stable version if none is given."""
