"""The process host forks the stub program as the containers' processes, each in its own surroundings."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any

import pytest

from grader.sandbox.embedded import stub_host
from grader.sandbox.settings import data_folder
from grader.sandbox.waiting import wait_until

_GOOD = {
    "PIVORI_SERVICE": "geolocation",
    "PIVORI_VERSION": "2.4.1",
    "PIVORI_ENVIRONMENT": "production",
    "LOG_LEVEL": "INFO",
    "GEO_PROVIDER": "cached",
    "GEO_PRECISION_METERS": "10",
    "GEO_API_KEY": "exam-geo-notarealkey01",
}


class _Host:
    """A process host, and the node's end of its socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.orders, theirs = socket.socketpair()
        self._replies = self.orders.makefile()
        stubs = data_folder("fixtures") / "services"
        self.process = subprocess.Popen(
            [sys.executable, "-IS", str(stub_host.__file__), str(stubs)], stdin=theirs.fileno()
        )
        theirs.close()

    def start(self, name: str, environment: dict[str, str], network: str = "") -> int:
        """Start a container; the descriptor of its output."""
        data, sockets = self.folder / f"data-{name}", self.folder / "s"
        data.mkdir()
        sockets.mkdir(exist_ok=True)
        reader, writer = os.pipe()
        order = {
            "do": "start",
            "id": name,
            "environment": environment,
            "hostname": f"pod-{name}",
            "mounts": {"/data": str(data)},
            "sockets": str(sockets),
            "network": network,
            "pod": "pod",
        }
        line = json.dumps(order).encode() + b"\n"
        socket.send_fds(self.orders, [line], [writer, writer])
        os.close(writer)
        assert self.reply() == {"id": name, "event": "started"}
        return reader

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a container's process."""
        line = json.dumps({"do": "signal", "id": name, "signal": number})
        self.orders.sendall(line.encode() + b"\n")

    def reply(self) -> dict[str, Any]:
        """What the host says next, without the numbers that nobody can know."""
        said: dict[str, Any] = json.loads(self._replies.readline())
        return {k: v for k, v in said.items() if k != "pid" and v != ""}

    def close(self) -> None:
        """The node goes, and the host with it."""
        self._replies.close()
        self.orders.close()
        self.process.wait(10)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[_Host]:
    """A process host."""
    made = _Host(tmp_path)
    yield made
    made.close()


def _get(path: Path, route: str) -> tuple[int, dict[str, Any]]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(f"GET {route} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_a_service_answers_at_its_pods_socket(host: _Host, tmp_path: Path) -> None:
    """A forked service listens at its port in the pod's folder, under the pod's name, on its mounted data."""
    os.close(host.start("one", _GOOD))
    place = tmp_path / "s" / "8010"
    assert wait_until(place.exists, timeout_s=10)
    assert _get(place, "/ready")[0] == 200
    assert _get(place, "/info")[1]["instance"] == "pod-one"
    assert (tmp_path / "data-one" / "store.json").exists()
    (tmp_path / "data-one" / "store.json").unlink()
    status, answer = _get(place, "/ready")
    assert status == 503
    assert answer["checks"]["data"].startswith("/data/store.json is missing")
    host.signal("one", SIGTERM)
    assert host.reply() == {"id": "one", "event": "ended", "code": 0, "signal": 0}


def test_a_kill_is_told_as_one(host: _Host) -> None:
    """A process that was killed is told by the signal, not by a code."""
    os.close(host.start("one", _GOOD))
    host.signal("one", SIGKILL)
    assert host.reply() == {"id": "one", "event": "ended", "code": 0, "signal": 9}


def test_a_wrong_configuration_ends_with_its_code(host: _Host) -> None:
    """The stub's own judgement of its environment ends it, and its words come out."""
    output = host.start("one", {**_GOOD, "GEO_PROVIDER": "none"})
    assert host.reply() == {"id": "one", "event": "ended", "code": 78, "signal": 0}
    with os.fdopen(output) as words:
        assert "GEO_PROVIDER" in words.read()


def test_nothing_of_the_hosts_environment_is_seen(host: _Host) -> None:
    """A container's environment is what was ordered: without the secret the service refuses to start."""
    os.environ["GEO_API_KEY"] = "exam-geo-notarealkey01"
    try:
        without = {name: value for name, value in _GOOD.items() if name != "GEO_API_KEY"}
        os.close(host.start("one", without))
        assert host.reply()["code"] == 78
    finally:
        del os.environ["GEO_API_KEY"]


def test_a_port_that_is_taken_is_refused(host: _Host) -> None:
    """Two containers of a pod can't listen at the same port."""
    os.close(host.start("one", _GOOD))
    assert wait_until((host.folder / "s" / "8010").exists, timeout_s=10)
    output = host.start("two", _GOOD)
    assert host.reply() == {"id": "two", "event": "ended", "code": 1, "signal": 0}
    with os.fdopen(output) as words:
        assert "can't listen on 0.0.0.0:8010: Address already in use" in words.read()


def test_services_end_with_the_node(host: _Host) -> None:
    """When the node goes, the host and all that it forked go too."""
    output = host.start("one", _GOOD)
    host.process.kill()
    with os.fdopen(output) as words:
        # The end of the output is the end of the last process that could write.
        assert wait_until(lambda: words.read() == "", timeout_s=10)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ({"name": "not-known"}, socket.gaierror, "Name or service not known"),
        ({"name": "not-reached"}, socket.gaierror, "Temporary failure in name resolution"),
        ({"number": 111}, ConnectionRefusedError, "Connection refused"),
        ({"number": 110}, TimeoutError, "Connection timed out"),
    ],
)
def test_a_refused_call_is_what_the_system_would_say(
    answer: dict[str, Any], error: type[OSError], words: str
) -> None:
    """A call that the node refuses fails in the service as it would on a real network."""
    refusal = stub_host._refusal(answer)
    assert isinstance(refusal, error)
    assert refusal.strerror == words


def test_what_is_not_mounted_is_not_there() -> None:
    """A path outside of every mount leads nowhere on this machine."""
    mounts = {"/data": "/m/data", "/data/deep": "/m/deep"}
    assert stub_host._on_machine("/data/store.json", mounts) == "/m/data/store.json"
    assert stub_host._on_machine("/data/deep/x", mounts) == "/m/deep/x"
    for elsewhere in ("/database", "/etc/passwd"):
        assert not Path(stub_host._on_machine(elsewhere, mounts)).exists()
