"""An engine is found by itself, or the error says what to type."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.engines import find
from grader.sandbox.engines.find import examine_engine, find_engine
from grader.sandbox.process import Commands, Output
from grader.sandbox.settings import settings

from .programs import Programs

_DENIED = (
    "permission denied while trying to connect to the Docker daemon socket at "
    "unix:///var/run/docker.sock"
)
_STOPPED = "Cannot connect to the Docker daemon. Is the docker daemon running?"


def _refused(name: str = "") -> GraderError:
    with pytest.raises(GraderError) as caught:
        find_engine(name)
    assert caught.value.hint
    return caught.value


def _choose(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_ENGINE", name)
    settings.cache_clear()


def test_none_is_installed(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any engine the error gives the distribution's own install command."""
    assert not programs.calls("docker")
    monkeypatch.setattr(find, "distribution", lambda: "fedora")
    error = _refused()
    assert error.code is Code.ENGINE_MISSING
    assert error.hint == "sudo dnf install podman"


def test_docker_is_asked_first(programs: Programs) -> None:
    """Where both work Docker is taken, and Podman is not even asked."""
    docker = programs.says("docker", "29.1.0 [name=seccomp,profile=builtin]\n")
    programs.says("podman", "5.4.0\n")
    engine = find_engine()
    assert (engine.name, engine.program, engine.version) == ("docker", docker, "29.1.0")
    assert not engine.rootless
    assert engine.environment["KIND_EXPERIMENTAL_PROVIDER"] == "docker"
    assert not programs.calls("podman")


def test_rootless_docker(programs: Programs) -> None:
    """A Docker without root's rights says so itself."""
    programs.says("docker", "29.1.0 [name=seccomp,profile=builtin name=rootless]\n")
    assert find_engine().rootless


@pytest.mark.parametrize(("user", "rootless"), [(0, False), (1000, True)])
def test_podman_runs_as_who_asks(
    user: int, rootless: bool, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Podman has no daemon: it is rootless exactly where the user is not root."""
    programs.says("podman", "4.3.1\n")
    monkeypatch.setattr(os, "geteuid", lambda: user)
    engine = find_engine()
    assert (engine.name, engine.version, engine.rootless) == ("podman", "4.3.1", rootless)
    assert engine.environment["KIND_EXPERIMENTAL_PROVIDER"] == "podman"


def test_no_permission(programs: Programs) -> None:
    """A user who may not speak to Docker is told how to be let in."""
    programs.says("docker", "", exit_code=1, stderr=_DENIED)
    error = _refused()
    assert error.code is Code.ENGINE_PERMISSION
    assert error.hint == "sudo usermod -aG docker $USER  # then log in again, or run as root"
    assert error.detail == _DENIED


def test_the_daemon_is_stopped(programs: Programs) -> None:
    """A Docker whose daemon does not run is told how to start it."""
    programs.says("docker", "", exit_code=1, stderr=_STOPPED)
    error = _refused()
    assert error.code is Code.ENGINE_STOPPED
    assert error.hint == "sudo systemctl start docker"


def _without_daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "_DOCKER_SOCKET", tmp_path / "docker.sock")
    monkeypatch.setattr(find, "_DAEMON_FOLDERS", ())


def test_a_client_alone_is_no_engine(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Docker client without a daemon to start counts as no engine, and the error says so."""
    _without_daemon(tmp_path, monkeypatch)
    socket = tmp_path / "docker.sock"
    programs.says("docker", "", exit_code=1, stderr=f"{_STOPPED} unix://{socket}")
    error = _refused()
    assert error.code is Code.ENGINE_MISSING
    assert "client only" in (error.detail or "")
    assert _refused("docker").what.startswith("docker is here as a client only")


@pytest.mark.parametrize("there", ["daemon", "socket", "elsewhere"])
def test_a_daemon_that_could_answer_is_an_engine(
    there: str, programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a daemon installed, a socket left, or another address, the engine is stopped, not missing."""
    _without_daemon(tmp_path, monkeypatch)
    socket = tmp_path / "docker.sock"
    said = "unix:///run/user/1000/docker.sock" if there == "elsewhere" else f"unix://{socket}"
    programs.says("docker", "", exit_code=1, stderr=f"{_STOPPED} {said}")
    if there == "daemon":
        programs.says("dockerd", "")
    if there == "socket":
        socket.touch()
    assert _refused().code is Code.ENGINE_STOPPED


def test_an_engine_that_says_nothing_does_not_work(programs: Programs) -> None:
    """A program that succeeds without naming a server has none."""
    programs.says("docker", "\n", stderr=_STOPPED)
    assert _refused().code is Code.ENGINE_STOPPED


@pytest.mark.parametrize(("name", "version"), [("docker", "20.10.24 []"), ("podman", "3.4.4")])
def test_too_old(name: str, version: str, programs: Programs) -> None:
    """An engine too old to run a node is refused with its version and the least one."""
    programs.says(name, version)
    error = _refused()
    assert error.code is Code.ENGINE_UNFIT
    assert version.split(maxsplit=1)[0] in error.what


def test_the_other_engine_serves(programs: Programs) -> None:
    """Where Docker does not work but Podman does, Podman is taken without complaint."""
    programs.says("docker", "", exit_code=1, stderr=_STOPPED)
    programs.says("podman", "5.4.0\n")
    assert find_engine().name == "podman"


def test_an_engine_that_is_there_says_more_than_one_that_is_not(programs: Programs) -> None:
    """Where one engine is absent and the other broken, the error is about the broken one."""
    programs.says("podman", "", exit_code=125, stderr="cannot set up namespace: permission denied")
    error = _refused()
    assert error.code is Code.ENGINE_PERMISSION
    assert "podman" in error.what


def test_a_chosen_engine_is_the_only_one_asked(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With GRADER_ENGINE set the other one is not asked, whether or not the chosen one works."""
    programs.says("docker", "29.1.0 []\n")
    programs.says("podman", "5.4.0\n")
    _choose("podman", monkeypatch)
    assert find_engine().name == "podman"
    assert not programs.calls("docker")
    programs.says("podman", "", exit_code=1, stderr="broken")
    assert _refused().code is Code.ENGINE_STOPPED


def test_a_chosen_engine_that_is_missing(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chosen engine that is not installed is named in the error."""
    programs.says("docker", "29.1.0 []\n")
    _choose("podman", monkeypatch)
    error = _refused()
    assert error.code is Code.ENGINE_MISSING
    assert error.what == "podman is not installed"


def test_an_argument_counts_more_than_the_setting(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine named by the caller is taken whatever the setting says."""
    programs.says("docker", "29.1.0 []\n")
    programs.says("podman", "5.4.0\n")
    _choose("podman", monkeypatch)
    assert find_engine("docker").name == "docker"


@pytest.mark.usefixtures("programs")
def test_an_unknown_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no engine's is wrong use, with the names that are."""
    _choose("lxc", monkeypatch)
    error = _refused()
    assert error.code is Code.USAGE
    assert error.hint == "use docker or podman"


def test_an_engine_is_found_again_at_its_address(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox's engine is asked where it was, not where this shell's variables point."""
    programs.add("docker", 'echo "29.1.0 [$DOCKER_HOST]"\n')
    monkeypatch.setenv("DOCKER_HOST", "unix:///here.sock")
    assert find.engine_address() == {"DOCKER_HOST": "unix:///here.sock"}
    here = examine_engine("docker")
    there = examine_engine("docker", {"DOCKER_HOST": "unix:///there.sock"})
    assert here.environment["DOCKER_HOST"] == "unix:///here.sock"
    assert there.environment["DOCKER_HOST"] == "unix:///there.sock"


def test_a_hanging_engine_is_given_up(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that takes the question and never answers is stopped for us."""
    run = Commands.run

    def impatient(self: Commands, argv: list[str], *, timeout_s: float) -> Output:
        assert timeout_s <= 60
        return run(self, argv, timeout_s=0.2)

    monkeypatch.setattr(Commands, "run", impatient)
    programs.add("docker", "exec /usr/bin/tail -f /dev/null\n")
    error = _refused()
    assert error.code is Code.ENGINE_STOPPED
    assert "ended after" in (error.detail or "")
