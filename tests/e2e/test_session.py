"""A whole session as people hold it: two candidates, two tasks, on sandboxes without an engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.model.session import TaskState
from grader.store.database import Database
from grader.store.sessions import SessionStore
from tests.e2e.product import CommandLine, wait_for
from tests.exam.sessions.held import EXAM

pytestmark = pytest.mark.engine

_READY_S = 400


@pytest.fixture
def command(tmp_path: Path) -> Iterator[CommandLine]:
    """`grader` in a home of its own, without an exam that this terminal has joined."""
    home = tmp_path / "home"
    environment = {k: v for k, v in os.environ.items() if k not in {"GRADER_ENGINE", "GRADER_EXAM"}}
    made = CommandLine(home, {**environment, "GRADER_HOME": str(home)})
    yield made
    for session in made.json("exam", "list")["sessions"]:
        made.run("exam", "finish", session["session"])
    made.run("stop", "--all")


def _seat(command: CommandLine, code: str) -> dict[str, Any]:
    (seat,) = command.json("exam", "status", code)["seats"]
    found: dict[str, Any] = seat
    return found


def _prepared(command: CommandLine, code: str, place: int) -> None:
    # Read from the database: a command each time would take the processor that the sandbox needs.
    store = SessionStore(Database(command.home / "grader.db"))

    def ready() -> bool:
        # A machine that is too busy for one try is given another one, as in an exam.
        return store.seat(code).tasks[place - 1].state is TaskState.PREPARED

    wait_for(ready, f"task {place} of {code} is prepared by itself", limit_s=_READY_S)


def test_two_candidates(command: CommandLine, tmp_path: Path) -> None:
    """Two candidates work through two tasks; one is paused and gets time, the next task is prepared meanwhile, and both get a signed result."""
    exams = tmp_path / "exams"
    exams.mkdir()
    (exams / "short.yaml").write_text(EXAM, encoding="utf-8")
    started = command.json(
        *("exam", "start", "short", "--exams", str(exams), "--provider", "embedded", "--seed", "1"),
        *("--candidate", "Ada", "--candidate", "Zoé"),
    )
    ada, zoe = (seat["code"] for seat in started["seats"])

    # Both are prepared by the process beside the session; nobody's clock runs before they begin.
    for code in (ada, zoe):
        _prepared(command, code, 1)
        assert _seat(command, code)["tasks"][0]["used_s"] == 0
        assert command.json("exam", "join", code)["exam"]["task"] == 1
    mine, other = (command.json("task", code)["attempt"] for code in (ada, zoe))
    assert mine != other

    # One stands while the other goes on.
    command.json("exam", "pause", ada, "--reason", "fire alarm")
    before = _seat(command, ada)["task_left_s"]
    refused = command.run("shell", ada)
    assert (refused.returncode, "session-state" in refused.stderr) == (2, True)
    assert _seat(command, zoe)["state"] == "working"
    assert _seat(command, ada)["task_left_s"] == before
    command.json("exam", "resume", ada)
    given = command.json("exam", "extend", ada, "5")["seats"][0]["tasks"][0]
    assert (given["given_s"], given["extra_s"]) == (900, 300)

    # The next task was prepared meanwhile: nothing has to be brought up to begin it.
    for code in (ada, zoe):
        _prepared(command, code, 2)
        assert command.json("submit", code, exit_code=1)["exam"]["tasks"][0]["state"] == "judged"
    begun = command.json("next", ada)
    assert (begun["exam"]["task"], begun["phases"]) == (2, [])
    command.json("submit", ada, exit_code=1)

    # One never began the second task: it counts as not done, and nothing is left running.
    results = command.json("exam", "finish", started["session"], exit_code=1)["results"]
    assert [result["outcome"] for result in results] == ["failed", "failed"]
    exported = command.json("exam", "export", started["session"], "-o", str(tmp_path / "out"))
    for result in exported["results"]:
        files = result["files"]
        stated = command.json("verify", files["result"], "--key", files["key"])["stated"]
        assert len(stated["practical"]["tasks"]) == 2
    assert {a["condition"] for a in command.json("status", "--all")["attempts"]} == {"stopped"}
