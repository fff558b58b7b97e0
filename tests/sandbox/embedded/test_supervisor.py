"""The supervisor keeps programs alive, gives up those that do not stay so, and takes all along."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.running import MARK, given_up, processes
from grader.sandbox.embedded.supervisor import ON_PURPOSE
from grader.sandbox.identity import Identity
from grader.sandbox.waiting import wait_until


def _supervise(
    folder: Path, *programs: tuple[str, str], short_life_s: float = 60.0, after_file: str = ""
) -> subprocess.Popen[bytes]:
    """Let a supervisor run these shell scripts, to whom so many seconds are a short life; the last after that file."""
    places = Places(folder)
    places.logs.mkdir(parents=True)
    words = [
        {
            "name": name,
            "argv": ["sh", "-c", script],
            "environment": {**os.environ, MARK: str(folder)},
            "after_port": 0,
            "after_file": after_file if (name, script) == programs[-1] else "",
        }
        for name, script in programs
    ]
    told = {"folder": str(places.root), "logs": str(places.logs), "programs": words}
    places.programs.write_text(json.dumps(told), encoding="utf-8")
    program = (
        "import sys; from grader.sandbox.embedded import supervisor; "
        f"supervisor._SHORT_LIFE_S = {short_life_s}; sys.exit(supervisor.main(sys.argv[1]))"
    )
    with (places.logs / "supervisor.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-c", program, places.programs], stderr=log)


def _count(path: Path) -> int:
    return len(path.read_text().split()) if path.exists() else 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_programs_end_with_their_supervisor(tmp_path: Path, number: int) -> None:
    """However it ends, they do."""
    supervisor = _supervise(tmp_path, ("one", "exec sleep 60"), ("two", "exec sleep 60"))
    assert wait_until(lambda: len(processes(Places(tmp_path))) == 2, timeout_s=60)
    supervisor.send_signal(number)
    supervisor.wait(60)
    assert wait_until(lambda: processes(Places(tmp_path)) == [], timeout_s=60)


def test_a_program_that_dies_is_started_again(tmp_path: Path) -> None:
    """Once is no reason to give up: it runs again, and the others never noticed."""
    starts = tmp_path / "starts"
    script = f"echo x >> {starts}; [ $(wc -l < {starts}) -gt 1 ] || exit 1; exec sleep 60"
    supervisor = _supervise(tmp_path, ("one", script), ("two", "exec sleep 60"))
    try:
        assert wait_until(lambda: _count(starts) == 2, timeout_s=60)
        assert wait_until(lambda: len(processes(Places(tmp_path))) == 2, timeout_s=60)
        assert supervisor.poll() is None
    finally:
        supervisor.terminate()
        supervisor.wait(60)


def test_a_program_begins_when_its_file_is_there(tmp_path: Path) -> None:
    """The others do not wait for it; once begun it is started again without asking for the file."""
    gate, starts = tmp_path / "gate", tmp_path / "starts"
    late = f"echo x >> {starts}; [ $(wc -l < {starts}) -gt 1 ] || {{ rm {gate}; exit 1; }}; exec sleep 60"
    supervisor = _supervise(tmp_path, ("one", "exec sleep 60"), ("two", late), after_file=str(gate))
    places = Places(tmp_path)
    try:
        assert wait_until(lambda: len(processes(places)) == 1, timeout_s=60)
        assert not wait_until(starts.exists, timeout_s=0.5)
        gate.touch()
        assert wait_until(lambda: _count(starts) == 2, timeout_s=60)
        assert wait_until(lambda: len(processes(places)) == 2, timeout_s=60)
        assert not gate.exists()
    finally:
        supervisor.terminate()
        supervisor.wait(60)


def test_what_is_ended_on_purpose_is_no_short_life(tmp_path: Path) -> None:
    """As often as it is announced, a program may be ended: it is started again, and nothing is given up."""
    places = Places(tmp_path)
    supervisor = _supervise(tmp_path, ("one", "exec sleep 60"))
    try:
        ended: set[int] = set()
        for _ in range(8):
            assert wait_until(lambda: _others(places, ended) != [], timeout_s=60)
            (one,) = _others(places, ended)
            supervisor.send_signal(ON_PURPOSE)
            one.signal(signal.SIGKILL)
            ended.add(one.pid)
        assert wait_until(lambda: _others(places, ended) != [], timeout_s=60)
        assert supervisor.poll() is None
    finally:
        supervisor.terminate()
        supervisor.wait(60)


def _others(places: Places, ended: set[int]) -> list[Identity]:
    return [one for one in processes(places) if one.pid not in ended]


def test_a_program_that_does_not_stay_alive_ends_the_sandbox(tmp_path: Path) -> None:
    """It is named, and nothing goes on without it."""
    starts = tmp_path / "starts"
    supervisor = _supervise(
        tmp_path, ("one", f"echo x >> {starts}; exit 1"), ("two", "exec sleep 60")
    )
    assert supervisor.wait(60) == 1
    assert _count(starts) == 4
    assert given_up(Places(tmp_path)) == "one"
    assert processes(Places(tmp_path)) == []


def test_whoever_lived_a_while_is_started_again(tmp_path: Path) -> None:
    """On a slow machine programs wait in vain for each other, more often than four times: nobody is given up for that."""
    starts = tmp_path / "starts"
    script = f"echo x >> {starts}; [ $(wc -l < {starts}) -gt 5 ] || exit 1; exec sleep 60"
    supervisor = _supervise(tmp_path, ("one", script), short_life_s=0.0)
    try:
        assert wait_until(lambda: _count(starts) == 6, timeout_s=60)
        assert supervisor.poll() is None
    finally:
        supervisor.terminate()
        supervisor.wait(60)
