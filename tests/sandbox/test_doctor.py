"""The doctor says what is there, what is missing, and what to type."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox import doctor
from grader.sandbox.doctor import Finding, examine
from grader.sandbox.engines.engine import Engine
from grader.sandbox.host import Limit
from grader.sandbox.image.build import archive_path
from grader.sandbox.image.node import node_reference
from grader.sandbox.image.workstation import workstation_reference
from grader.sandbox.kind.node_image import OFFICIAL
from grader.sandbox.settings import settings

from .programs import Programs

_MISSING = GraderError(Code.ENGINE_MISSING, "it is not installed", hint="install it")
_EMBEDDED = {"kube", "etcd", "node", "kubectl", "helm"}
_STOPPED = GraderError(Code.ENGINE_STOPPED, "it does not answer", hint="start it")


class _Machine:
    """Surroundings as the test wants them: nothing is installed at first."""

    def __init__(self, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
        self.programs = programs
        self.engines: dict[str, Engine | GraderError] = {"docker": _MISSING, "podman": _MISSING}
        self.tools: dict[str, Path] = {}
        self.limits: list[Limit] = []
        monkeypatch.setattr(doctor, "examine_engine", self._engine)
        monkeypatch.setattr(doctor, "find_tool", self.tools.get)
        monkeypatch.setattr(doctor, "limits", lambda: self.limits)

    def _engine(self, name: str) -> Engine:
        found = self.engines[name]
        if isinstance(found, GraderError):
            raise found
        return found

    def install(self, name: str, *images: str, rootless: bool = False) -> None:
        """Have a working engine with these images."""
        here = "|".join(f"*' {image}'" for image in images) or "-"
        path = self.programs.add(name, f'case "$*" in {here}) exit 0;; *) exit 1;; esac\n')
        self.engines[name] = Engine(name, path, "29.1.0", rootless=rootless)

    def findings(self) -> dict[str, Finding]:
        """What the doctor finds, by subject."""
        return {finding.subject: finding for finding in examine()}


@pytest.fixture
def machine(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> _Machine:
    """A bare machine."""
    return _Machine(programs, monkeypatch)


def test_a_bare_machine(machine: _Machine) -> None:
    """Where nothing is installed the programs of embedded sandboxes are missing, with a command for each."""
    found = machine.findings()
    assert {name for name, finding in found.items() if finding.state == "missing"} == _EMBEDDED
    assert {found[name].mend for name in _EMBEDDED} == {"grader setup embedded"}
    assert found["engine docker"].mend == "install it"
    assert found["sandboxes"].found.startswith("embedded")
    assert "node image" not in found, "there is no engine to ask for it"


def test_a_machine_without_an_engine(machine: _Machine) -> None:
    """With the programs of embedded sandboxes nothing is wrong; engines are mentioned, with what to type for one."""
    machine.engines["docker"] = _STOPPED
    machine.tools |= {name: Path("/opt") / name for name in _EMBEDDED}
    found = machine.findings()
    assert not [f for f in found.values() if f.state in {"missing", "broken"}]
    assert found["engine docker"] == Finding(
        "engine docker", "info", "it does not answer", "start it"
    )


def test_what_scripts_need_is_named(
    machine: _Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without an engine the workstation has this machine's programs: what the studio's scripts miss is told."""
    (tmp_path / "jq").touch(0o755)
    monkeypatch.setattr(doctor, "SYSTEM_PATH", str(tmp_path))
    found = machine.findings()["workstation"]
    assert (found.state, found.mend) == ("info", "install curl zip unzip sha256sum flock")
    machine.install("docker")
    assert "workstation" not in machine.findings(), "the image has them"


def test_a_ready_machine(machine: _Machine) -> None:
    """Where all is there nothing is to be typed."""
    machine.install("docker", node_reference(), workstation_reference(), rootless=True)
    machine.install("podman")
    machine.tools |= {name: Path("/opt") / name for name in ("kind", "kubectl", "helm")}
    machine.limits = [Limit("free memory", "9000 MiB", enough=True, mend="free some")]
    found = machine.findings()
    assert {finding.state for finding in found.values()} == {"ok", "info"}
    assert found["sandboxes"].found.startswith("kind")
    assert not [finding for finding in found.values() if finding.mend]
    assert found["engine docker"].found == "29.1.0, rootless"
    assert found["helm"].found == "/opt/helm"
    assert found["node image"].found == node_reference()


def test_one_engine_is_enough(machine: _Machine) -> None:
    """With one engine at work a broken other one is mentioned, and stops nothing."""
    machine.engines["docker"] = _STOPPED
    machine.install("podman")
    found = machine.findings()
    assert found["engine docker"] == Finding(
        "engine docker", "info", "it does not answer", "start it"
    )
    assert found["engine podman"].state == "ok"


@pytest.mark.parametrize(("name", "state"), [("docker", "broken"), ("podman", "missing")])
def test_a_broken_engine_is_not_a_missing_one(
    name: str, state: str, machine: _Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that the settings name is broken or missing, and the other one is nobody's business."""
    machine.engines["docker"] = _STOPPED
    monkeypatch.setenv("GRADER_ENGINE", name)
    settings.cache_clear()
    found = machine.findings()
    assert {key: f.state for key, f in found.items() if key.startswith("engine")} == {
        "engine docker": "info",
        "engine podman": "info",
        f"engine {name}": state,
    }
    assert "kind" in found


def test_the_chosen_engine_counts(machine: _Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """With GRADER_ENGINE set the chosen engine must work, whatever another could do."""
    machine.install("docker", node_reference())
    machine.engines["podman"] = _STOPPED
    monkeypatch.setenv("GRADER_ENGINE", "podman")
    settings.cache_clear()
    found = machine.findings()
    assert found["engine podman"].state == "broken"
    assert found["engine docker"].state == "ok"
    assert "node image" not in found, "another engine's images help nobody"
    machine.install("podman")
    assert machine.findings()["node image"].state == "missing"


@pytest.mark.parametrize("kind", ["official", "archive", "none"])
def test_where_the_node_image_may_be(kind: str, machine: _Machine) -> None:
    """The official image and an archive of ours serve; without them the command that makes one is told."""
    machine.install("docker", *([OFFICIAL] if kind == "official" else []))
    archive = archive_path(node_reference())
    if kind == "archive":
        archive.parent.mkdir(parents=True)
        archive.write_bytes(b"x")
    found = machine.findings()["node image"]
    assert found.state == ("missing" if kind == "none" else "ok")
    assert found.mend == ("grader image build" if kind == "none" else "")
    wanted = {"official": OFFICIAL, "archive": str(archive), "none": node_reference()}[kind]
    assert wanted in found.found


@pytest.mark.parametrize("kind", ["store", "archive", "none"])
def test_where_the_workstation_image_may_be(kind: str, machine: _Machine) -> None:
    """The workstation image is in the store, in an archive, or to be made."""
    machine.install("docker", *([workstation_reference()] if kind == "store" else []))
    if kind == "archive":
        archive = archive_path(workstation_reference())
        archive.parent.mkdir(parents=True)
        archive.write_bytes(b"x")
    found = machine.findings()["workstation image"]
    assert (found.state, found.mend) == (
        ("missing", "grader image build") if kind == "none" else ("ok", "")
    )


def test_a_limit_that_is_too_low(machine: _Machine) -> None:
    """A limit below what a sandbox needs stops it, with what to type."""
    machine.limits = [Limit("inotify instances", "8", enough=False, mend="sudo sysctl x=1")]
    assert machine.findings()["inotify instances"] == Finding(
        "inotify instances", "broken", "8", "sudo sysctl x=1"
    )
