"""Clients that do not keep to HTTP, and the end of the process."""

from __future__ import annotations

import signal
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from pivori_stub.reading import RefusedError, read_request

from tests.services.running_stub import RunningStub, eventually

if TYPE_CHECKING:
    from tests.services.running_stub import StartStub


@pytest.fixture
def stub(serve: StartStub) -> RunningStub:
    """Any service."""
    return serve("security")


def _say(stub: RunningStub, *parts: bytes) -> bytes:
    """Send bytes as they are and return all that comes back."""
    with socket.create_connection(("127.0.0.1", stub.port), timeout=20) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"\x00\x01\x02\xff\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET /health\r\n\r\n", 400),
        (b"GET  /health HTTP/1.1\r\n\r\n", 400),
        (b"GET health HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nBroken\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        (b"GET /health HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"PUT /data/a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"PUT /data/a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{}", 400),
        (
            b"PUT /data/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            400,
        ),
        (b"PUT /data/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"PUT /data/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
        (b"a" * 100_000, 431),
    ],
)
def test_refused_requests(stub: RunningStub, request_bytes: bytes, status: int) -> None:
    """Each kind of nonsense has its status, and the service answers the next one as ever."""
    assert _say(stub, request_bytes).startswith(f"HTTP/1.1 {status} ".encode())
    assert stub.ask("/health").status == 200


def test_http_1_0_needs_no_host(stub: RunningStub) -> None:
    """The oldest clients are served too."""
    assert _say(stub, b"GET /health HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_client_that_says_nothing(stub: RunningStub) -> None:
    """A connection that closes without a request is no error: probes of ports do that."""
    assert _say(stub) == b""
    assert len(stub.lines()) == 1


def test_a_large_body_that_was_refused_is_still_answered(stub: RunningStub) -> None:
    """A client that sends all of a body that is too large reads the 413, not a reset."""
    head = b"PUT /data/a HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n"
    assert _say(stub, head, b"x" * 200_000).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_waits_for_100_continue(stub: RunningStub) -> None:
    """A client that asks first is told to go on."""
    with socket.create_connection(("127.0.0.1", stub.port), timeout=20) as connection:
        connection.sendall(
            b"PUT /data/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n")
        connection.sendall(b"{}")
        assert connection.recv(100).startswith(b"HTTP/1.1 201 ")


def test_a_slow_client_is_not_waited_for() -> None:
    """A request that does not arrive in its time is refused, however its bytes are portioned."""
    ours, theirs = socket.socketpair()
    over = threading.Event()

    def drip() -> None:
        for byte in b"GET / HTTP/1.1\r\nHost: " + b"a" * 1000:
            if over.wait(0.02):
                return
            ours.send(bytes([byte]))

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        with pytest.raises(RefusedError) as refused:
            read_request(theirs, seconds=0.2)
    finally:
        over.set()
        dripping.join()
        ours.close()
        theirs.close()
    assert refused.value.status == 408


def test_slow_clients_keep_nobody_out(stub: RunningStub) -> None:
    """Beside thirty connections that stay silent, others are answered."""
    silent = [socket.create_connection(("127.0.0.1", stub.port)) for _ in range(30)]
    try:
        assert stub.ask("/health").status == 200
    finally:
        for connection in silent:
            connection.close()


def test_too_many_connections_are_turned_away(stub: RunningStub) -> None:
    """Past the limit a client gets a 503 at once; when others leave, it is served."""
    silent = [socket.create_connection(("127.0.0.1", stub.port)) for _ in range(64)]
    try:
        assert stub.ask("/health").status == 503
    finally:
        for connection in silent:
            connection.close()
    eventually(lambda: stub.ask("/health").status == 200)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(stub: RunningStub, number: signal.Signals) -> None:
    """It ends with exit code 0 and says nothing more, even with a client that keeps silent."""
    with socket.create_connection(("127.0.0.1", stub.port)):
        assert stub.end(number) == 0
    assert len(stub.lines()) == 1


def test_answers_under_way_are_finished(serve: StartStub) -> None:
    """A request that is being answered when the signal comes still gets its answer."""
    slow = serve("security", "6.3.1")
    with socket.create_connection(("127.0.0.1", slow.port), timeout=20) as connection:
        connection.sendall(b"GET /info HTTP/1.0\r\n\r\n")
        # A later connection that was answered proves that the earlier one was accepted.
        assert slow.ask("/health").status == 200
        slow.process.send_signal(signal.SIGTERM)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
    assert slow.exit_code() == 0
