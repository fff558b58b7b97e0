"""Processes of an embedded sandbox are found again, told apart from strangers, and ended without a rest."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL

from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.running import (
    MARK,
    end_processes,
    given_up,
    processes,
    program,
    remember,
    stopped,
    supervisor,
    workstation_space,
)
from grader.sandbox.embedded.supervisor import GIVEN_UP
from grader.sandbox.identity import Identity, started_at
from grader.sandbox.waiting import wait_until


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


def test_who_was_gone_when_it_was_remembered_does_not_live(tmp_path: Path) -> None:
    """A supervisor that died before anybody could ask when it started is not taken for a living one."""
    process = _sleeper(tmp_path)
    process.kill()
    places = _places(tmp_path)
    wait_until(lambda: started_at(process.pid) == 0, timeout_s=5)
    remember(places, process.pid)
    process.wait()
    known = supervisor(places)
    assert known is not None
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


def test_the_spared_go_on(tmp_path: Path) -> None:
    """A reset ends the sandbox's processes, and leaves those alone that outlive it."""
    places = _places(tmp_path)
    ours, recorder = _sleeper(tmp_path), _sleeper(tmp_path)
    try:
        end_processes(places, spared=[recorder.pid])
        assert ours.wait(5) == -SIGKILL
        assert recorder.poll() is None
    finally:
        for process in (ours, recorder):
            process.kill()
            process.wait()


def test_a_program_is_found_by_its_name(tmp_path: Path) -> None:
    """It is one that the supervisor started, not one that a candidate calls so."""
    places = _places(tmp_path)
    stranger = subprocess.Popen(
        ["sh", "-c", "sleep 60 & wait"],
        env={**os.environ, MARK: str(tmp_path)},
        start_new_session=True,
    )
    ours = _sleeper(tmp_path)
    try:
        assert program(places, "sleep") is None
        remember(places, os.getpid())
        assert program(places, "sleep") == Identity(ours.pid, started_at(ours.pid))
        assert program(places, "etcd") is None
    finally:
        os.killpg(stranger.pid, SIGKILL)
        ours.kill()
        for process in (stranger, ours):
            process.wait()


def test_nothing_moves_in_a_stopped_program(tmp_path: Path) -> None:
    """For the while of a block it does nothing, and it goes on afterwards, also where the block fails."""
    written = tmp_path / "written"
    script = f"while :; do echo x >> {written}; sleep 0.01; done"
    process = subprocess.Popen(["sh", "-c", script], start_new_session=True)
    known = Identity(process.pid, started_at(process.pid))

    def grows() -> bool:
        before = written.stat().st_size if written.exists() else 0
        return wait_until(
            lambda: written.exists() and written.stat().st_size > before, timeout_s=0.3
        )

    try:
        assert grows()
        with suppress(ZeroDivisionError), stopped([known]):
            assert not grows()
            raise ZeroDivisionError
        assert grows()
    finally:
        os.killpg(process.pid, SIGKILL)
        process.wait()


def test_who_was_given_up_is_told(tmp_path: Path) -> None:
    """The supervisor's log names the program that did not stay alive."""
    places = _places(tmp_path)
    assert given_up(places) == ""
    places.logs.mkdir()
    log = places.logs / "supervisor.log"
    log.write_text(f"2026-01-01T00:00:00Z kube-apiserver {GIVEN_UP}\n", encoding="utf-8")
    assert given_up(places) == "kube-apiserver"


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


def test_sockets_have_short_paths() -> None:
    """However deep an attempt's folder lies, every program's sockets have paths that the system accepts."""
    assert Places(Path("/h/a")).sockets == Path("/h/a/embedded/s")
    assert Places(Path("/h/a")).node_by_name == Path("/h/a/embedded/node")
    # From where all is well to where nothing is, so that the limit is among them.
    for length in range(1, 130):
        places = Places(Path("/") / ("x" * length) / "abc123")
        assert len(str(places.sockets / "0123456789abc" / "65535")) <= 107
        assert len(str(places.node_by_name / "kubelet/pod-resources/0123456789")) <= 107


def test_a_program_that_dropped_its_environment_is_found_in_the_workstation(tmp_path: Path) -> None:
    """What runs in the workstation's own place ends with the sandbox, whatever it has made of its environment."""
    places = _places(tmp_path)
    own_place = ("unshare", "--user", "--map-root-user", "--mount")
    holder = subprocess.Popen(
        [*own_place, "sleep", "60"], env={**os.environ, MARK: str(places.folder)}
    )
    ready = places.root / "enclosure.pid"
    ready.write_text(str(holder.pid), encoding="utf-8")
    hidden = None
    try:
        assert wait_until(lambda: workstation_space(places) != 0, timeout_s=10)
        into = ("nsenter", f"--target={holder.pid}", "--user", "--preserve-credentials", "--mount")
        hidden = subprocess.Popen([*into, "env", "--ignore-environment", "/bin/sleep", "60"])
        space = workstation_space(places)
        assert wait_until(
            lambda: hidden.pid in {one.pid for one in processes(places, space)}, timeout_s=10
        )
        end_processes(places)
        assert hidden.wait(10) == -SIGKILL
        assert holder.wait(10) == -SIGKILL
    finally:
        for one in (holder, hidden):
            if one is not None:
                one.kill()
                one.wait()


def test_a_number_that_is_no_longer_the_holders_names_no_place(tmp_path: Path) -> None:
    """Another process's place is never taken for the workstation's."""
    places = _places(tmp_path)
    assert workstation_space(places) == 0
    (places.root / "enclosure.pid").write_text(str(os.getpid()), encoding="utf-8")
    assert workstation_space(places) == 0
