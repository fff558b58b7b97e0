"""Types a stored answer at the workstation, as a candidate would, and tells what was typed and answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.protocol import Workstation

# The shell repeats each line as it reads it, on the stream of the output: the order is that of a terminal.
_ECHO = "exec 2>&1; set -v\n"

_TOO_SHORT = 12
"""A shorter line ("done", "fi") may end a program's output by chance."""

TIMEOUT_S = 600


@dataclass(frozen=True)
class Typed:
    """A line that was typed, and what came out before the next one was read."""

    line: str
    output: str


@dataclass(frozen=True)
class Played:
    """An answer that was typed, and the exit code that it ended with."""

    lines: Sequence[Typed]
    exit_code: int


def type_answer(workstation: Workstation, script: str) -> Played:
    """Run a stored answer in the candidate's shell.

    Args:
        workstation: Where to type.
        script: A bash script, rendered; its head of comments is for its readers and not typed.
    """
    script = _without_head(script)
    done = workstation.run(_ECHO + script, timeout_s=TIMEOUT_S)
    return Played(told_apart(script, done.stdout + done.stderr), done.exit_code)


def told_apart(script: str, transcript: str) -> Sequence[Typed]:
    """Tell the lines of a script from what they printed, in a transcript that has both in order."""
    awaited = script.splitlines()
    typed: list[tuple[str, list[str]]] = []
    for line in transcript.splitlines():
        before, found = _split(line, awaited[0]) if awaited else (line, False)
        if before or not found:
            if not typed:
                typed.append(("", []))
            typed[-1][1].append(before)
        if found:
            typed.append((awaited.pop(0), []))
    return [Typed(line, "\n".join(output)) for line, output in typed if line.strip() or output]


def _split(line: str, awaited: str) -> tuple[str, bool]:
    if line == awaited:
        return "", True
    # Output without a final newline runs into the line that is typed next.
    if len(awaited) >= _TOO_SHORT and line.endswith(awaited):
        return line.removesuffix(awaited), True
    return line, False


def _without_head(script: str) -> str:
    lines = script.splitlines()
    while lines and (not lines[0].strip() or lines[0].startswith("#")):
        lines.pop(0)
    return "\n".join(lines) + "\n"
