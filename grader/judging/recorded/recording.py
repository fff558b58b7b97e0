"""Observations as JSON data and back, without loss."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from grader.model.audit import extract_from_json, extract_to_json
from grader.model.json_text import read_json, write_json
from grader.model.observation import (
    DiskUsage,
    Observation,
    PodLog,
    ProbeAnswer,
    StartingPoint,
    WorkstationFile,
)

_LONGEST_S = 86_400
# Twice as fast as the usual 6, for a tenth more bytes.
_LEVEL = 3
SIZE_LIMIT = 256_000_000
"""Bytes of a record when unpacked; a few megabytes are usual."""


def observation_to_json(observation: Observation) -> dict[str, Any]:
    """An observation as JSON data; files are base64."""
    return {
        "taken_at": observation.taken_at,
        "objects": {kind: list(found) for kind, found in observation.objects.items()},
        "probes": {key: asdict(answer) for key, answer in observation.probes.items()},
        "logs": {key: [asdict(log) for log in logs] for key, logs in observation.logs.items()},
        "files": {path: _encoded(content) for path, content in observation.files.items()},
        "listings": {
            key: [{**asdict(file), "content": _encoded(file.content)} for file in files]
            for key, files in observation.listings.items()
        },
        "disks": {key: disk and asdict(disk) for key, disk in observation.disks.items()},
        "faults": dict(observation.faults),
        "held": None if observation.held is None else dict(observation.held),
        "audit": None if observation.audit is None else extract_to_json(observation.audit),
    }


def observation_from_json(data: Mapping[str, Any]) -> Observation:
    """The observation that `observation_to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: It is something else.
    """
    return Observation(
        taken_at=data["taken_at"],
        objects=data["objects"],
        probes={key: ProbeAnswer(**answer) for key, answer in data["probes"].items()},
        logs={key: [PodLog(**log) for log in logs] for key, logs in data["logs"].items()},
        files={path: _decoded(content) for path, content in data["files"].items()},
        listings={
            key: [
                WorkstationFile(**{**file, "content": _decoded(file["content"])}) for file in files
            ]
            for key, files in data.get("listings", {}).items()
        },
        disks={key: disk and DiskUsage(**disk) for key, disk in data.get("disks", {}).items()},
        faults=data["faults"],
        held=_held(data.get("held")),
        # Records from before there was an audit log have none.
        audit=extract_from_json(data["audit"]) if data.get("audit") else None,
    )


def _held(seconds: Mapping[str, float] | None) -> Mapping[str, float] | None:
    for check, held in (seconds or {}).items():
        if isinstance(held, bool) or not 0 <= held <= _LONGEST_S:
            raise ValueError(f"held.{check}: {held!r}, allowed: seconds up to {_LONGEST_S}")
    return seconds


def _encoded(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()


def _decoded(content: str | None) -> bytes | None:
    return None if content is None else base64.b64decode(content, validate=True)


def starting_point_to_json(start: StartingPoint) -> dict[str, Any]:
    """A starting point as JSON data: "before", and "found" where it differs."""
    same = start.found == start.before
    return {
        "before": observation_to_json(start.before),
        "found": None if same else observation_to_json(start.found),
    }


def starting_point_from_json(data: Mapping[str, Any]) -> StartingPoint:
    """The starting point that `starting_point_to_json` wrote; raises as `observation_from_json`."""
    before = observation_from_json(data["before"])
    found = data["found"]
    return StartingPoint(before, before if found is None else observation_from_json(found))


def pack(data: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """JSON data as text, and that text compressed; data in the same order gives the same bytes.

    None of its numbers may be NaN or infinite; none that JSON or a clock gives is.
    """
    text = write_json(data)
    return text, gzip.compress(text, _LEVEL, mtime=0)


def unpack(packed: bytes) -> tuple[bytes, dict[str, Any]]:
    """The text and the data that `pack` wrote.

    Raises:
        ValueError: It is not that, or unpacks to more than SIZE_LIMIT bytes.
    """
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        text = unpacker.decompress(packed, SIZE_LIMIT + 1)
    except zlib.error as error:
        raise ValueError(f"not compressed as it should be: {error}") from error
    if len(text) > SIZE_LIMIT:
        raise ValueError(f"unpacks to more than {SIZE_LIMIT} bytes")
    if not unpacker.eof:
        raise ValueError("the compressed data ends too early")
    if unpacker.unused_data:
        raise ValueError("more follows after the compressed data")
    data = read_json(text)
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - wrong content, not a wrong type
    return text, data
