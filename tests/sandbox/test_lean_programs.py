"""What lives as long as a sandbox imports little: each module of Python's library takes memory for all that time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Each takes a third of a megabyte to more than one, with what it imports itself.
HEAVY = {"dataclasses", "datetime", "inspect", "pathlib", "tempfile", "typing"}


@pytest.mark.parametrize(
    "module", ["grader.sandbox.embedded.supervisor", "grader.sandbox.audit.recorder"]
)
def test_little_is_imported(module: str) -> None:
    """None of the large modules, as the program itself is started."""
    program = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    argv = [sys.executable, "-sS", "-c", program]
    folder = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        argv, env={"PYTHONPATH": str(folder)}, capture_output=True, check=True, text=True
    )
    imported = set(json.loads(done.stdout))
    assert module in imported
    assert imported & HEAVY == set()
