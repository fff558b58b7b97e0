"""The command as a process of its own, with the fake provider, to be signalled and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .waiting import DEADLINE_S, wait_for

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Ended:
    """A command that ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """Its JSON document, which must be all of stdout."""
        document: dict[str, Any] = json.loads(self.stdout)
        return document


class Running:
    """A command at work.

    Args:
        folder: Where its home and its "containers" are.
        words: The words after `grader`.
        phase: Where the provider waits; see `tests/exam/driver.py`.
    """

    def __init__(self, folder: Path, *words: str, phase: str = "") -> None:
        self.world = folder / "world"
        (self.world / "reached").unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.exam.driver", str(folder), phase, *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def reach(self, phase: str) -> Running:
        """Return once the provider waits in this phase."""
        reached = self.world / "reached"
        wait_for(
            lambda: reached.exists() and reached.read_text() == phase,
            f"phase {phase}",
            unless=lambda: self.process.poll() is not None,
        )
        return self

    def send(self, number: signal.Signals) -> Running:
        """Send a signal."""
        self.process.send_signal(number)
        return self

    def let_go(self) -> Running:
        """Let the provider go on from where it waits."""
        with (self.world / "gate").open("wb"):
            pass
        return self

    def end(self) -> Ended:
        """Wait for its end."""
        stdout, stderr = self.process.communicate(timeout=DEADLINE_S)
        return Ended(self.process.returncode, stdout, stderr)


def grader(folder: Path, *words: str) -> Ended:
    """Run a command to its end."""
    return Running(folder, *words).end()
