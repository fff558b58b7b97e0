"""What must be remembered of a running sandbox to find it again, in its attempt's folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from grader.model.errors import Code, GraderError

_FILE = "sandbox.json"


@dataclass(frozen=True)
class Record:
    """A sandbox's record.

    Attributes:
        engine: Name of the engine that runs it.
        engine_address: Variables that say where the engine listens, so that any shell finds it again.
        node_image: The node image's reference.
        node_image_reason: Why that one was taken.
        workstation_image: The workstation image's reference.
        api_port: Port of the API server on this machine's loopback; 0 while it is not known.
    """

    engine: str
    engine_address: dict[str, str]
    node_image: str
    node_image_reason: str
    workstation_image: str
    api_port: int = 0

    def save(self, folder: Path) -> None:
        """Write it, whole or not at all."""
        partial = folder / f"{_FILE}.partial"
        partial.write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")
        partial.replace(folder / _FILE)


def load_record(folder: Path) -> Record | None:
    """The record in a folder; None where the sandbox never got so far.

    Raises:
        GraderError: sandbox-broken, where the file is not what this grader writes.
    """
    path = folder / _FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    try:
        return Record(**content)
    except TypeError as error:
        known = {field.name for field in fields(Record)}
        keys = set(content) if isinstance(content, dict) else set()
        wrong = ", ".join(sorted(keys ^ known)) or "its form"
        raise _unreadable(path, f"{wrong}: not as this version has it") from error


def _unreadable(path: Path, why: str) -> GraderError:
    return GraderError(
        Code.SANDBOX_BROKEN,
        f"what is known of the sandbox can't be read: {why}",
        where=str(path),
        hint="use the version of grader that started the attempt",
    )
