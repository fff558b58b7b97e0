"""What an image is made of, as one digest: equal recipes give images that may stand for each other."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from grader.sandbox.settings import data_folder
from grader.sandbox.tools.pins import architecture, pins


def digest(folders: Iterable[Path], tools: Iterable[str], modules: Iterable[ModuleType]) -> str:
    """Twelve hex digits over files, pinned programs and the modules that put them together."""
    total = hashlib.sha256(architecture().encode())
    for folder in folders:
        for path in [folder] if folder.is_file() else sorted(folder.rglob("*")):
            # Python's own caches come and go without changing anything.
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(path.relative_to(data_folder("fixtures")).as_posix().encode())
                total.update(str(path.stat().st_mode & 0o111).encode())
                total.update(path.read_bytes())
    for name in sorted(tools):
        total.update(pins()[name].key.encode())
    for module in modules:
        total.update(inspect.getsource(module).encode())
    return total.hexdigest()[:12]
