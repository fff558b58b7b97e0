"""Starting the workstation on either engine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine
from grader.sandbox.names import LABEL, STUDIO, Names
from grader.sandbox.process import Commands
from grader.sandbox.waiting import wait_until
from grader.sandbox.workstation import start
from grader.sandbox.workstation.start import docker_api, start_workstation

from .programs import Programs, running

_NAMES = Names("t3st0r")
# Makes its socket, tells its process id, and stays.
_SERVICE = """\
for word; do last=$word; done
: > "${last#unix://}"
echo $$ > "$0.pid"
exec /usr/bin/tail -f /dev/null
"""


def test_docker_is_spoken_to_where_it_listens(programs: Programs, tmp_path: Path) -> None:
    """For Docker nothing is started, and its own address counts."""
    engine = Engine("docker", programs.says("docker", ""), "29.1.0")
    with docker_api(engine, _NAMES, tmp_path) as environment:
        assert "DOCKER_HOST" not in environment
        assert environment["TESTCONTAINERS_RYUK_DISABLED"] == "true"
    assert not programs.calls("docker")


def test_podman_gets_a_service_for_the_while(programs: Programs, tmp_path: Path) -> None:
    """For Podman a service listens on a short path named after the sandbox, and is gone afterwards."""
    path = programs.add("podman", _SERVICE)
    with docker_api(Engine("podman", path, "5.4.0"), _NAMES, tmp_path) as environment:
        socket = Path(environment["DOCKER_HOST"].removeprefix("unix://"))
        assert socket.exists()
        assert len(str(socket)) < 108
        assert socket.parent.name.startswith(f"{_NAMES.cluster}-")
        told = path.with_name("podman.pid")
        assert wait_until(lambda: told.exists() and bool(told.read_text("utf-8")), timeout_s=10)
        pid = int(told.read_text("utf-8"))
        assert running(pid)
    assert not running(pid)
    assert not socket.parent.exists()


def test_a_service_that_does_not_start(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Podman's service does not listen the error names its log, which has its words."""
    monkeypatch.setattr(start, "_SOCKET_S", 0.2)
    engine = Engine("podman", programs.says("podman", "", stderr="no", exit_code=1), "5.4.0")
    with pytest.raises(GraderError) as caught, docker_api(engine, _NAMES, tmp_path):
        pytest.fail("nobody listens")
    assert caught.value.code is Code.ENGINE_STOPPED
    assert Path(caught.value.where or "").read_text(encoding="utf-8") == "no"


def test_what_the_container_is_made_of(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The container has the attempt's names, network and label, and of this machine the data folder alone."""
    monkeypatch.setattr(sys, "executable", str(programs.says("python", "")))
    engine = Engine("docker", programs.says("docker", ""), "29.1.0")
    start_workstation(engine, _NAMES, "image:1", tmp_path, Commands())
    words = programs.calls("python")[0].split(" ", 2)
    assert words[:2] == ["-m", "grader.sandbox.workstation.create"]
    assert json.loads(words[2]) == {
        "name": _NAMES.workstation,
        "image": "image:1",
        "network": _NAMES.network,
        "labels": {LABEL: "t3st0r"},
        "volumes": [[str(tmp_path / "data"), f"{STUDIO}/data"]],
        "replaces": False,
        "api": "auto",
    }
    programs.says("python", "", exit_code=1, stderr="port is already allocated")
    with pytest.raises(GraderError) as caught:
        start_workstation(engine, _NAMES, "image:1", tmp_path, Commands())
    assert caught.value.code is Code.PORT_BUSY


def test_a_small_disk_is_mounted_where_it_is_wanted(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a size the folders are put on a disk of it, with the rights that the candidate lacks; without, nothing."""
    monkeypatch.setattr(sys, "executable", str(programs.says("python", "")))
    engine = Engine("docker", programs.says("docker", ""), "29.1.0")
    start_workstation(engine, _NAMES, "image:1", tmp_path, Commands())
    assert not programs.calls("docker")
    start_workstation(engine, _NAMES, "image:1", tmp_path, Commands(), disk_mib=24)
    said = "\n".join(programs.calls("docker"))
    assert said.startswith(f"exec --privileged --user 0 {_NAMES.workstation} sh -c")
    assert "size=24m" in said
    for folder in ("/backups", "/var/log"):
        assert f" {folder}\n" in said
    programs.says("docker", "", exit_code=32, stderr="permission denied")
    with pytest.raises(GraderError) as caught:
        start_workstation(engine, _NAMES, "image:1", tmp_path, Commands(), disk_mib=24)
    assert caught.value.code is Code.SANDBOX_BROKEN
