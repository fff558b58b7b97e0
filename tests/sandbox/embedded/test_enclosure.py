"""Who may come into an embedded workstation, and how it reaches the API server."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

from grader.sandbox.embedded import enclosure, enter

_AS_A_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


def test_another_user_is_told_so(tmp_path: Path) -> None:
    """Whoever did not start the sandbox reads a sentence, no traceback."""
    holder = tmp_path / "holder"
    holder.write_text("1", encoding="utf-8")
    ran = subprocess.run(
        [*_AS_A_USER, sys.executable, enter.__file__, str(holder), "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        "this workstation is another user's: only who started the sandbox works at it"
    ]


def test_a_place_that_is_gone_is_told_so(tmp_path: Path) -> None:
    """Whoever types where nothing holds the place any more reads a sentence too."""
    ran = subprocess.run(
        [sys.executable, enter.__file__, str(tmp_path / "holder"), "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, "the workstation is not there\n")


def test_no_piece_of_an_answer_is_held_back(tmp_path: Path) -> None:
    """The relay to the API server passes on small pieces at once, where the kernel would hold the next one for 40 ms."""
    place = tmp_path / "api.sock"
    with socket.create_server(("127.0.0.1", 0)) as port, socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))
        server.listen()
        with socket.create_connection(port.getsockname()) as client:
            connection, _ = port.accept()
            relay = Thread(target=enclosure._relay, args=(connection, str(place)), daemon=True)
            relay.start()
            far, _ = server.accept()
            with far:
                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                client.sendall(b"question")
                assert far.recv(100) == b"question"
                far.sendall(b"answer")
                assert client.recv(100) == b"answer"
        relay.join(10)
    assert not relay.is_alive()
