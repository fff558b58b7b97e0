"""Digests that say which checks and which grader judged."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_JUDGING = ("model", "checks", "judging")


def scenario_digest(folder: Path) -> str:
    """A digest, "sha256:…", over the names and contents of a scenario's files."""
    return _digest(folder, [file for file in folder.rglob("*") if "__pycache__" not in file.parts])


@cache
def grader_digest() -> str:
    """A digest, "sha256:…", over the code that decides verdicts."""
    package = Path(__file__).resolve().parent.parent
    return _digest(package, [file for name in _JUDGING for file in (package / name).rglob("*.py")])


def _digest(root: Path, files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in sorted(file for file in files if file.is_file()):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(root).as_posix()}\0{content}\n".encode())
    return f"sha256:{total.hexdigest()}"
