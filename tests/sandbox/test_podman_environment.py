"""Podman is made fit for a node by a file in our cache; no file of the system is touched."""

from __future__ import annotations

import resource
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.engines import find
from grader.sandbox.engines.find import distribution, install_hint, podman_environment

from .programs import Programs

_PODMANS_OWN = 2048
_LEAST_OF_A_KERNEL = 32768


def _written() -> dict[str, Any]:
    path = Path(podman_environment()["CONTAINERS_CONF"])
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _limit(name: str) -> list[int]:
    limits = dict(text.split("=") for text in _written()["containers"]["default_ulimits"])
    return [int(part) for part in limits[name].split(":")]


@pytest.mark.usefixtures("programs")
def test_limits_are_not_above_this_machines(cache: Path) -> None:
    """The limits that Podman is given are ones that this machine grants."""
    assert Path(podman_environment()["CONTAINERS_CONF"]).is_relative_to(cache)
    for name, number in (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC)):
        hard = resource.getrlimit(number)[1]
        for value in _limit(name):
            assert value > 0
            assert hard == resource.RLIM_INFINITY or value <= hard


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize(
    ("hard", "files", "processes"),
    [(1024, 1024, 1024), (resource.RLIM_INFINITY, 1048576, 32768), (4_000_000, 1048576, 32768)],
)
def test_limits_of_other_machines(
    hard: int, files: int, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small machine's limits are kept; a boundless one's are what a node needs."""
    monkeypatch.setattr(resource, "getrlimit", lambda _number: (hard, hard))
    assert _limit("nofile") == [files, files]
    assert _limit("nproc") == [processes, processes]


@pytest.mark.usefixtures("programs")
def test_a_node_may_hold_many_processes() -> None:
    """A node holds every pod's processes, far more than Podman grants a container, and yet not all of the machine's."""
    assert 4 * _PODMANS_OWN <= _written()["containers"]["pids_limit"] < _LEAST_OF_A_KERNEL


@pytest.mark.usefixtures("programs")
def test_the_file_follows_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file written under other limits is written anew, and only then."""
    path = Path(podman_environment()["CONTAINERS_CONF"])
    before = path.stat().st_mtime_ns
    podman_environment()
    assert path.stat().st_mtime_ns == before
    monkeypatch.setattr(resource, "getrlimit", lambda _number: (512, 512))
    podman_environment()
    assert "512:512" in path.read_text(encoding="utf-8")
    assert [entry.name for entry in path.parent.iterdir()] == ["containers.conf"]


@pytest.mark.usefixtures("programs")
def test_a_file_of_the_users_own_is_respected(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where CONTAINERS_CONF is set already nothing is written and nothing overridden."""
    monkeypatch.setenv("CONTAINERS_CONF", "/their/containers.conf")
    assert podman_environment() == {}
    assert not cache.exists()


@pytest.mark.parametrize(
    ("unified", "runc", "chosen"), [(False, True, "runc"), (False, False, None), (True, True, None)]
)
def test_runc_is_named_only_where_crun_would_refuse(
    unified: bool,
    runc: bool,
    chosen: str | None,
    programs: Programs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On cgroup v1 runc is taken if it is there; elsewhere Podman keeps its own choice."""
    if runc:
        programs.says("runc", "")
    exists = Path.exists
    monkeypatch.setattr(
        Path,
        "exists",
        lambda path: unified if "cgroup" in str(path) else exists(path),
    )
    assert _written().get("engine", {}).get("runtime") == chosen
    assert bool(shutil.which("runc")) == runc


def _release(text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "os-release"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(find, "Path", lambda _path: file)


@pytest.mark.parametrize(
    ("text", "family", "command"),
    [
        ("ID=debian\n", "debian", "apt-get install podman"),
        ("ID=ubuntu\nID_LIKE=debian\n", "debian", "apt-get install podman"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "debian", "apt-get install podman"),
        ("ID=fedora\n", "fedora", "dnf install podman"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "fedora", "dnf install podman"),
        ("ID=alpine\n", "", "from your distribution"),
        ("NAME=debian\n", "", "from your distribution"),
        ("", "", "from your distribution"),
        (None, "", "from your distribution"),
    ],
)
def test_distributions_have_their_own_command(
    text: str | None,
    family: str,
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Debian, Fedora and their relatives are told apart; others get a sentence; no file is no error."""
    _release(text, tmp_path, monkeypatch)
    assert distribution() == family
    assert command in install_hint()
