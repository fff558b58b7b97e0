"""Digests that say which checks and which grader judged."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_JUDGING = ("model", "checks", "judging")


def scenario_digest(folder: Path) -> str:
    """A digest, "sha256:…", over the names and contents of a scenario's files."""
    return files_digest(
        folder, [file for file in folder.rglob("*") if "__pycache__" not in file.parts]
    )


@cache
def grader_digest() -> str:
    """A digest, "sha256:…", over the code that decides verdicts."""
    package = Path(__file__).resolve().parent.parent
    code = [file for name in _JUDGING for file in (package / name).rglob("*.py")]
    # The proof asks how good checks are; it has no say in what becomes of anybody's work.
    return files_digest(package, [file for file in code if "proof" not in file.parts])


def files_digest(root: Path, files: list[Path]) -> str:
    """A digest, "sha256:…", over files' names below a folder and their contents; folders are passed over."""
    total = hashlib.sha256()
    for file in sorted(file for file in files if file.is_file()):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(root).as_posix()}\0{content}\n".encode())
    return f"sha256:{total.hexdigest()}"
