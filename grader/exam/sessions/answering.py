"""Answers candidates' commands in the process that keeps a session's time: see `asking`.

Only what needs no waiting is done here, and nothing is told of errors: the command that asked finds them by itself.
"""

from __future__ import annotations

import json
import os
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from grader import __version__
from grader.exam.attempts.task_text import task_text
from grader.exam.sessions.asking import NEXT, SOCKET, TASK, Told, address, told_to_json
from grader.exam.sessions.take import begin_prepared, seat_at_hand
from grader.model.errors import GraderError

if TYPE_CHECKING:
    from grader.exam.surroundings import Surroundings

READ_S = 5.0
"""How long a question is waited for."""
_LONGEST = 1000


@contextmanager
def answering(around: Surroundings, session: str) -> Iterator[None]:
    """While the block runs, commands of this machine's user are answered; the caller holds the session's lock."""
    folder = around.folder_of_session(session)
    # Loaded before the first candidate asks.
    with suppress(GraderError):
        around.provider_named(around.sessions.get(session).provider)
    # Of the process before: nobody listens there any more.
    (folder / SOCKET).unlink(missing_ok=True)
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        with _Server(address(descriptor), around, session) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join()
    finally:
        (folder / SOCKET).unlink(missing_ok=True)
        os.close(descriptor)


class _Server(socketserver.ThreadingUnixStreamServer):
    """Reads questions, a line each, and answers each with a line."""

    daemon_threads = True
    # A client that goes away while it is answered is not waited for.
    block_on_close = False

    def __init__(self, place: str, around: Surroundings, session: str) -> None:
        self.around = around
        self.session = session
        super().__init__(place, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, or whose question can't be read: it finds out by itself."""


class _Handler(socketserver.StreamRequestHandler):
    timeout = READ_S
    server: _Server

    def handle(self) -> None:
        question = json.loads(self.rfile.readline(_LONGEST))
        told = _told(self.server.around, self.server.session, question)
        answer = told_to_json(told) if told else {}
        self.wfile.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")


def _told(around: Surroundings, session: str, question: dict[str, Any]) -> Told | None:
    if question["version"] != __version__:
        # Of a grader that was updated meanwhile.
        return None
    code = question["code"]
    try:
        if around.sessions.seat(code).session != session:
            return None
        seat = _DOES[question["what"]](around, code)
        if seat is None or seat.current is None:
            return None
        return Told(seat, task_text(around, around.attempts.get(seat.current.attempt)))
    except GraderError:
        return None


_DOES = {NEXT: begin_prepared, TASK: seat_at_hand}
