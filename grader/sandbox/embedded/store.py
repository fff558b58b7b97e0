"""Asks the object store which objects it has, and when each was last written: one answer, whatever the kind."""

from __future__ import annotations

import base64
import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from grader.model.json_text import read_json

PREFIX = "/registry/"
"""What the keys of all objects begin with."""
# The first text after all that begin with it.
_END = "/registry0"
_TIMEOUT_S = 10


@dataclass(frozen=True)
class Store:
    """The etcd of one sandbox, by the HTTP form of its interface.

    Args:
        socket: Where it listens; not to be reached from an enclosed workstation.
    """

    socket: Path

    def revisions(self) -> Mapping[str, int] | None:
        """The revision at which each key was last written, as of now; None where the store can't be asked.

        A revision is given once: a key that has the same one still has the same value.
        """
        asked = {"key": _coded(PREFIX), "range_end": _coded(_END), "keys_only": True}
        connection = _UnixConnection(self.socket)
        try:
            connection.request("POST", "/v3/kv/range", body=json.dumps(asked))
            answer = connection.getresponse()
            if answer.status != HTTPStatus.OK:
                return None
            return _revisions(read_json(answer.read()))
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            return None
        finally:
            connection.close()


class _UnixConnection(http.client.HTTPConnection):
    """HTTP through a socket that is a file."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        """Connect to the file."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def _revisions(document: Any) -> dict[str, int]:
    return {
        base64.b64decode(one["key"], validate=True).decode(): int(one["mod_revision"])
        for one in document["kvs"]
    }


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
