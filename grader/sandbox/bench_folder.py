"""Where sandboxes that are no attempts, a benchmark's or a comparison's, have their files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def bench_folder() -> Iterator[Path]:
    """A folder for the while of a measurement."""
    made = Path(tempfile.mkdtemp(prefix="grader-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
