"""Commands that are interrupted or killed in the middle, as real processes."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.exam.processes import Running, grader

START = ("start", "deploy-service", "--json")


def _containers(folder: Path) -> list[Path]:
    return sorted((folder / "world").glob("*/container-*"))


@pytest.mark.parametrize("phase", ["network", "cluster", "services"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_start_leaves_nothing(
    tmp_path: Path, phase: str, number: signal.Signals
) -> None:
    """Ctrl-C, SIGTERM and SIGHUP during a start stop what was started, and exit with 130."""
    running = Running(tmp_path, *START, phase=phase).reach(phase)
    assert _containers(tmp_path)
    ended = running.send(number).end()
    assert ended.code == 130
    assert ended.document["error"]["code"] == "interrupted"
    assert number.name in ended.document["error"]["what"]
    assert "what it had started is stopped" in ended.stderr
    assert not _containers(tmp_path)
    assert not list((tmp_path / "home" / "attempts").iterdir())
    assert grader(tmp_path, "status", "--json").document == {"attempts": []}


def test_second_interrupt_waits_for_the_cleanup(tmp_path: Path) -> None:
    """Whoever presses Ctrl-C again is told that the cleanup goes on, and it runs to its end."""
    running = Running(tmp_path, *START, phase="cluster,stop").reach("cluster")
    running.send(signal.SIGINT).reach("stop").send(signal.SIGINT)
    assert running.process.stderr
    said = ""
    while "please wait" not in said:
        line = running.process.stderr.readline()
        assert line, "it ended without saying that the cleanup goes on"
        said += line
    ended = running.let_go().end()
    assert ended.code == 130
    assert not _containers(tmp_path)


@pytest.mark.parametrize("phase", ["network", "cluster", "services"])
def test_killed_start_is_named_and_cleared(tmp_path: Path, phase: str) -> None:
    """A start that was killed is called interrupted, with its leftovers and the command that clears them."""
    Running(tmp_path, *START, phase=phase).reach(phase).send(signal.SIGKILL).end()
    (entry,) = grader(tmp_path, "status", "--json").document["attempts"]
    name = entry["id"]
    assert entry["state"] == "starting"
    assert entry["condition"] == "interrupted"
    assert f"container {name}-{phase}" in entry["remains"]
    assert entry["next"] == [f"grader stop {name}"]
    people = grader(tmp_path, "status", "--lang", "en")
    assert "interrupted" in people.stdout
    assert f"container {name}-{phase}" in people.stderr
    assert f"grader stop {name}" in people.stderr
    assert grader(tmp_path, "stop", "--all").code == 0
    assert not _containers(tmp_path)
    assert grader(tmp_path, "status", "--json").document == {"attempts": []}


def test_killed_stop_is_named_and_finished(tmp_path: Path) -> None:
    """A stop that was killed is called interrupted, and stopping again finishes it."""
    grader(tmp_path, *START)
    Running(tmp_path, "stop", phase="stop").reach("stop").send(signal.SIGKILL).end()
    (entry,) = grader(tmp_path, "status", "--json").document["attempts"]
    assert (entry["state"], entry["condition"]) == ("stopping", "interrupted")
    assert grader(tmp_path, "stop").code == 0
    assert not _containers(tmp_path)


def test_start_at_work_is_not_interrupted(tmp_path: Path) -> None:
    """A start that is alive is called starting, with its process."""
    running = Running(tmp_path, *START, phase="cluster").reach("cluster")
    (entry,) = grader(tmp_path, "status", "--json").document["attempts"]
    assert entry["condition"] == "starting"
    assert entry["at_work"] == {"pid": running.process.pid, "doing": "start"}
    running.send(signal.SIGTERM).end()


def test_stop_ends_a_start_at_work(tmp_path: Path) -> None:
    """Stopping an attempt whose start is alive ends that process, which does its own cleanup."""
    running = Running(tmp_path, *START, phase="cluster").reach("cluster")
    stopping = grader(tmp_path, "stop", "--json")
    assert stopping.code == 0
    assert f"asking process {running.process.pid} (start) to end" in stopping.stderr
    assert [a["state"] for a in stopping.document["stopped"]] == ["stopped"]
    assert running.end().code == 130
    assert not _containers(tmp_path)
    assert not list((tmp_path / "home" / "attempts").iterdir())


def test_stop_signals_nobody_else(tmp_path: Path) -> None:
    """A lock file that names a process which doesn't hold the lock makes nobody be signalled."""
    Running(tmp_path, *START, phase="cluster").reach("cluster").send(signal.SIGKILL).end()
    (entry,) = grader(tmp_path, "status", "--json").document["attempts"]
    lock = tmp_path / "home" / "attempts" / entry["id"] / "owner.lock"
    lock.write_text(json.dumps({"pid": os.getpid(), "started": "1", "doing": "start"}))
    stopping = grader(tmp_path, "stop", "--json")
    assert stopping.code == 0
    assert "asking process" not in stopping.stderr


def test_interrupted_demo_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C in a demo stops its sandbox too."""
    running = Running(tmp_path, "demo", "--json", phase="services").reach("services")
    assert running.send(signal.SIGINT).end().code == 130
    assert not _containers(tmp_path)
    assert grader(tmp_path, "status", "--json").document == {"attempts": []}


def test_two_starts_at_once(tmp_path: Path) -> None:
    """Two starts at the same time make two attempts that don't see each other."""
    both = [Running(tmp_path, *START), Running(tmp_path, *START)]
    names = {running.end().document["attempt"]["id"] for running in both}
    assert len(names) == 2
    assert {e["id"] for e in grader(tmp_path, "status", "--json").document["attempts"]} == names


def test_two_submits_at_once(tmp_path: Path) -> None:
    """Two submits at the same time give one result, counted once."""
    name = grader(tmp_path, *START).document["attempt"]["id"]
    both = [Running(tmp_path, "submit", name, "--json") for _ in range(2)]
    documents = [running.end().document for running in both]
    assert sorted(document["first"] for document in documents) == [False, True]
    assert documents[0]["submitted_at"] == documents[1]["submitted_at"]
