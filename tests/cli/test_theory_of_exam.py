"""The theory paper of a candidate of a session, from the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from grader.exam.sessions.paper import paper_taken
from grader.exam.sessions.take import begin_next
from grader.model.phase import PhaseLog
from tests.exam.sessions.held import Held

Terminal = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def held(tmp_path: Path) -> Held:
    """A session for two candidates that has just been started."""
    return Held(tmp_path)


@pytest.fixture
def terminal(held: Held) -> Iterator[Terminal]:
    """Runs `grader theory` at a real terminal, on the session's home."""
    children: list[pexpect.spawn[str]] = []
    environment = {name: text for name, text in os.environ.items() if name != "GRADER_EXAM"}

    def spawn(*words: str, **variables: str) -> pexpect.spawn[str]:
        child = pexpect.spawn(
            sys.executable,
            ["-c", "from grader.cli.main import main; main()", "theory", *words],
            env={**environment, "GRADER_HOME": str(held.around.home), "TERM": "xterm", **variables},
            dimensions=(24, 90),
            encoding="utf-8",
            timeout=60,
        )
        children.append(child)
        return child

    yield spawn
    for child in children:
        child.close(force=True)


def test_by_code(held: Held, terminal: Terminal) -> None:
    """`--exam` takes the paper of the candidate with this code, in their language; GRADER_EXAM goes on with the same one."""
    first = terminal("--exam", held.code)
    first.expect("Examen théorique")
    first.send("2")
    first.expect("●")
    first.send("q")
    first.expect("reste ouverte")
    again = terminal(GRADER_EXAM=held.code)
    again.expect(f"reprise de la copie {held.seat.paper}")
    again.expect("●")
    sitting = paper_taken(held.around, held.seat)
    assert sitting is not None
    assert sitting.paper.candidate == "Zoé Lefèvre"
    assert list(sitting.paper.answers.values()) == [(1,)]
    assert held.around.sessions.seat(held.codes[1]).paper == ""


def test_refused(held: Held, terminal: Terminal) -> None:
    """A code that there is not is told, and so is an exam whose tasks are being worked on; no paper is drawn."""
    unknown = terminal("--exam", "nobody")
    unknown.expect("session-unknown.*nobody")
    begin_next(held.around, held.code, PhaseLog())
    working = terminal("--exam", held.code)
    working.expect("session-state.*before the first task or after the last one")
    working.expect(pexpect.EOF)
    working.close()
    assert working.exitstatus == 2
    assert held.seat.paper == ""
