"""Processes of an embedded sandbox are found again, told apart from strangers, and ended without a rest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from signal import SIGKILL

from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.running import (
    MARK,
    end_processes,
    processes,
    remember,
    supervisor,
)
from grader.sandbox.identity import Identity, started_at


def _sleeper(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "60"], env={**os.environ, MARK: str(folder)})


def _places(tmp_path: Path) -> Places:
    places = Places(tmp_path)
    places.root.mkdir()
    return places


def test_a_process_is_known_by_number_and_start(tmp_path: Path) -> None:
    """A number that another process has now is not the one that was remembered."""
    process = _sleeper(tmp_path)
    try:
        known = Identity(process.pid, started_at(process.pid))
        assert known.alive
        stranger = Identity(process.pid, known.started - 1)
        stranger.signal(SIGKILL)
        assert not stranger.alive
        assert known.alive
    finally:
        process.kill()
        process.wait()
    assert not known.alive


def test_the_supervisor_is_remembered(tmp_path: Path) -> None:
    """Who the supervisor is survives the process that started it."""
    places = _places(tmp_path)
    assert supervisor(places) is None
    remember(places, os.getpid())
    assert supervisor(places) == Identity(os.getpid(), started_at(os.getpid()))


def test_a_damaged_note_is_no_supervisor(tmp_path: Path) -> None:
    """Half a file names nobody, instead of somebody else."""
    places = _places(tmp_path)
    places.supervisor.write_text('{"pid": 1', encoding="utf-8")
    assert supervisor(places) is None


def test_all_of_a_sandbox_is_ended_and_nothing_else(tmp_path: Path) -> None:
    """What carries the sandbox's mark ends; another sandbox's process, and this one, go on."""
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    places = _places(tmp_path / "one")
    ours, theirs = _sleeper(places.folder), _sleeper(tmp_path / "other")
    try:
        assert [one.pid for one in processes(places)] == [ours.pid]
        end_processes(places)
        assert ours.wait(5) == -SIGKILL
        assert processes(places) == []
        assert theirs.poll() is None
    finally:
        for process in (ours, theirs):
            process.kill()
            process.wait()


def test_whoever_asks_is_spared(tmp_path: Path) -> None:
    """A candidate who types `grader stop` in the sandbox's own shell does not end that command."""
    _places(tmp_path)
    code = (
        "from pathlib import Path; from grader.sandbox.embedded.running import *\n"
        f"end_processes(Places(Path({str(tmp_path)!r}))); print('went on')"
    )
    done = subprocess.run(
        ["sh", "-c", f'{sys.executable} -c "$CODE"; echo shell too'],
        env={**os.environ, MARK: str(tmp_path), "CODE": code},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[:2] == ["went on", "shell too"]


def test_sockets_have_short_paths(tmp_path: Path) -> None:
    """However deep an attempt's folder lies, a pod's socket has a path that the system accepts."""
    deep = tmp_path / ("x" * 60) / ("y" * 60) / "attempt"
    assert Places(Path("/h/a")).sockets == Path("/h/a/embedded/s")
    assert len(str(Places(deep).sockets / "0123456789abc" / "65535")) <= 107
