"""Preparing a machine: an engine, the tools, the images."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from grader.model.errors import Code, ExitCode, GraderError
from grader.model.phase import PhaseLog, PhaseState
from grader.model.text import Language
from grader.sandbox import host, setup
from grader.sandbox.embedded import bring_up
from grader.sandbox.engines import find
from grader.sandbox.engines.engine import Engine
from grader.sandbox.setup import prepare

from .programs import Programs

# Installing puts a Podman where the apt-get is.
_APT = """\
if [ "$1" = install ]; then
  here="${0%/*}"
  printf '#!/bin/sh\\necho 4.3.1\\n' > "$here/podman"
  /bin/chmod 755 "$here/podman"
fi
echo "$DEBIAN_FRONTEND" >> "$0.frontend"
"""


_EMBEDDED = [f"embedded {name}" for name in ("kube", "etcd", "node", "kubectl", "helm")]


class _Machine:
    """A machine whose user and distribution are the test's; tools and images are at hand."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.prepared: list[str] = []
        self.modules = tmp_path / "modules"
        monkeypatch.setattr(host, "MODULES", self.modules)
        monkeypatch.setattr(setup, "tool", lambda name, *_rest: self.prepared.append(name))
        monkeypatch.setattr(
            setup, "choose_node_image", lambda *_words: self.prepared.append("node image")
        )
        monkeypatch.setattr(
            setup, "ensure_image", lambda *_words: self.prepared.append("workstation image")
        )
        for name in ("pinned_tool", "tool"):
            monkeypatch.setattr(bring_up, name, self._had)
        self.be(0, "debian")

    def _had(self, name: str, *_rest: object) -> Path:
        self.prepared.append(f"embedded {name}")
        return self.modules.with_name(name)

    def be(self, user: int, family: str) -> None:
        """Be this user on this distribution."""
        self.monkeypatch.setattr(os, "geteuid", lambda: user)
        for module in (setup, find):
            self.monkeypatch.setattr(module, "distribution", lambda: family)


@pytest.fixture
def machine(programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Machine:
    """A Debian without an engine, and its root."""
    assert programs.folder.is_dir()
    return _Machine(tmp_path, monkeypatch)


def _refused(provider: str | None = None) -> GraderError:
    with pytest.raises(GraderError) as caught:
        prepare(provider, PhaseLog())
    return caught.value


def test_an_unknown_provider(machine: _Machine) -> None:
    """A provider that there is not is wrong use, before anything is looked at."""
    error = _refused("nomad")
    assert error.code.exit_code is ExitCode.WRONG_USE
    assert "kind" in (error.hint or "")
    assert not machine.prepared


def test_everything_is_prepared(machine: _Machine, programs: Programs) -> None:
    """With an engine at hand the tools and images are had, each phase is told, and nothing is installed."""
    programs.says("podman", "5.4.0\n")
    programs.says("apt-get", "")
    log = PhaseLog()
    prepare("kind", log)
    assert machine.prepared == ["kind", "kubectl", "helm", "node image", "workstation image"]
    assert [phase.name for phase in log.phases] == [
        "engine",
        "tools",
        "node image",
        "workstation image",
    ]
    assert {phase.state for phase in log.phases} == {PhaseState.DONE}
    assert log.phases[0].note == "podman 5.4.0"
    assert not programs.calls("apt-get")


def test_embedded_needs_programs_only(machine: _Machine, programs: Programs) -> None:
    """Preparing for embedded sandboxes has their programs, looks for no engine, and installs none."""
    programs.says("apt-get", "")
    machine.be(1000, "debian")
    log = PhaseLog()
    prepare("embedded", log)
    assert machine.prepared == _EMBEDDED
    assert [phase.name for phase in log.phases] == ["tools"]
    assert not programs.calls("apt-get")


def test_root_makes_the_modules_folder(machine: _Machine, programs: Programs) -> None:
    """The folder that kind mounts is made by root, who can; anybody else is told what to type."""
    programs.says("podman", "5.4.0\n")
    machine.be(1000, "debian")
    with pytest.raises(GraderError, match="kernel modules"):
        prepare(None, PhaseLog())
    assert not machine.modules.exists()
    machine.be(0, "debian")
    prepare(None, PhaseLog())
    assert machine.modules.is_dir()


def test_root_on_debian_gets_podman(machine: _Machine, programs: Programs) -> None:
    """Where neither engine is there, root on Debian is told so and Podman is installed, without questions."""
    machine.monkeypatch.delenv("DEBIAN_FRONTEND", raising=False)
    apt = programs.add("apt-get", _APT)
    log = PhaseLog()
    prepare(None, log)
    update, install = programs.calls("apt-get")
    assert update == "update"
    assert install.startswith("install --yes --no-install-recommends podman")
    assert {"runc", "netavark", "aardvark-dns"} <= set(install.split())
    assert (
        apt.with_name("apt-get.frontend").read_text(encoding="utf-8").split()
        == ["noninteractive"] * 2
    )
    assert any("installing Podman" in phase.name for phase in log.phases)
    assert machine.prepared[-1] == "workstation image"


@pytest.mark.parametrize(
    ("user", "family", "command"),
    [
        (1000, "debian", "sudo apt-get install podman runc netavark aardvark-dns"),
        (0, "fedora", "sudo dnf install podman"),
        (0, "", "install Docker or Podman from your distribution"),
    ],
)
def test_elsewhere_the_command_is_printed(
    user: int, family: str, command: str, machine: _Machine, programs: Programs
) -> None:
    """Who is not root, or not on Debian, gets the command and the sandboxes that need no engine; nothing is installed."""
    programs.says("apt-get", "")
    machine.be(user, family)
    error = _refused("kind")
    assert (error.code, error.hint) == (Code.ENGINE_MISSING, command)
    log = PhaseLog()
    prepare(None, log)
    assert log.phases[0].note == f"for kind instead: {command}"
    assert machine.prepared == _EMBEDDED
    assert not programs.calls("apt-get")


def test_a_broken_engine_is_not_replaced(machine: _Machine, programs: Programs) -> None:
    """An engine that is there but does not work is told; no other one is installed beside it."""
    programs.says("docker", "", exit_code=1, stderr="Is the docker daemon running?")
    programs.says("apt-get", "")
    assert _refused("kind").code is Code.ENGINE_STOPPED
    log = PhaseLog()
    prepare(None, log)
    assert "systemctl start docker" in log.phases[0].note_in(Language.ENGLISH)
    assert machine.prepared == _EMBEDDED
    assert not programs.calls("apt-get")


def test_without_apt_get(machine: _Machine) -> None:
    """A Debian without apt-get gets the command."""
    error = _refused()
    assert error.code is Code.ENGINE_MISSING
    assert "apt-get" in error.what
    assert error.hint
    assert not machine.prepared


@pytest.mark.parametrize(("step", "calls"), [("update", 1), ("install", 2)])
def test_packages_that_can_not_be_had(
    step: str, calls: int, machine: _Machine, programs: Programs
) -> None:
    """A failed update or install is told with apt's own words, and ends it."""
    programs.add("apt-get", f'[ "$1" = {step} ] && echo "no network" >&2 && exit 100; exit 0\n')
    error = _refused()
    assert error.code is Code.ENGINE_MISSING
    assert error.detail == "no network"
    assert error.hint
    assert len(programs.calls("apt-get")) == calls
    assert not machine.prepared


def test_a_full_disk_while_installing(machine: _Machine, programs: Programs) -> None:
    """Packages that do not fit are the error for a full disk."""
    programs.says("apt-get", "", exit_code=100, stderr="E: No space left on device")
    assert _refused().code is Code.DISK_FULL
    assert not machine.prepared


def test_a_full_disk_of_our_own(machine: _Machine, programs: Programs) -> None:
    """A file of ours that does not fit is the same error."""
    programs.says("podman", "5.4.0\n")

    def full(_engine: Engine, *_rest: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    machine.monkeypatch.setattr(setup, "choose_node_image", full)
    assert _refused().code is Code.DISK_FULL
