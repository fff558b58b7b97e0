"""Typing a stored answer."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from grader.judging.typed_answer import Typed, type_answer
from grader.model.observation import DiskUsage, FileRequest
from grader.model.studio import WORKSTATION_PATHS
from grader.sandbox.protocol import Completed, FilesFound

ANSWER = """#!/bin/bash
# Head for readers.

cd /tmp
printf 'no newline'
echo "after it" | cat
for i in 1 2; do
  echo $i
done
cat <<EOF
typed text
EOF
false
"""


class Bash:
    """A workstation whose shell is this machine's."""

    def run(
        self, script: str, *, environment: Mapping[str, str] | None = None, timeout_s: float = 120
    ) -> Completed:
        """Run it."""
        done = subprocess.run(
            ["bash", "-c", script],
            env=environment,
            timeout=timeout_s,
            capture_output=True,
            text=True,
            check=False,
        )
        return Completed(done.returncode, done.stdout, done.stderr)

    @property
    def paths(self) -> Mapping[str, str]:
        """The guide's own."""
        return WORKSTATION_PATHS

    def read(self, path: str, *, limit: int = 1_000_000) -> bytes | None:
        """Nothing."""

    def files(self, wanted: Sequence[FileRequest]) -> Sequence[FilesFound]:
        """Nothing."""
        return [() for _ in wanted]

    def disk(self, path: str) -> DiskUsage | None:
        """Nothing."""

    def write(self, path: str, content: bytes) -> None:
        """Nothing."""

    def shell(self) -> int:
        """Nothing."""
        return 0


def test_each_line_with_its_output() -> None:
    """The lines come back as typed, in order, each with what it printed; the head is not typed."""
    played = type_answer(Bash(), ANSWER)
    assert played.exit_code == 1
    assert played.lines == [
        Typed("cd /tmp", ""),
        Typed("printf 'no newline'", "no newline"),
        Typed('echo "after it" | cat', "after it"),
        Typed("for i in 1 2; do", ""),
        Typed("  echo $i", ""),
        Typed("done", "1\n2"),
        Typed("cat <<EOF", ""),
        Typed("typed text", ""),
        Typed("EOF", "typed text"),
        Typed("false", ""),
    ]


def test_errors_are_shown_where_they_came() -> None:
    """What a command says on stderr is shown below it, as a terminal does."""
    first, second = type_answer(Bash(), "ls /nonexistent\necho on\n").lines
    assert "/nonexistent" in first.output
    assert second == Typed("echo on", "on")
