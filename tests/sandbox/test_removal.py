"""Removing a sandbox: all of it, nothing else, and no silence where the engine says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine
from grader.sandbox.kind.provider import KindProvider
from grader.sandbox.kind.removal import remove_all, volumes_of
from grader.sandbox.names import Names

from .programs import Programs

_NAMES = Names("t3st0r")
_VOLUMES = """\
case "$*" in
*label=io.x-k8s.kind.cluster=grader-t3st0r) echo by-kind; echo both;;
*label=grader-t3st0r-control-plane) echo both; echo by-node;;
version*) echo 5.4.0;;
esac
"""


@pytest.fixture
def engine(programs: Programs) -> Engine:
    """A Podman that has a sandbox's volumes, some found by either label."""
    return Engine("podman", programs.add("podman", _VOLUMES), "5.4.0")


def test_volumes_are_found_by_either_label(engine: Engine) -> None:
    """The node's volumes are found as either engine labels them, each once."""
    assert volumes_of(engine, _NAMES) == ["both", "by-kind", "by-node"]


def test_everything_goes_and_nothing_else(engine: Engine, programs: Programs) -> None:
    """Node, workstation, volumes and network are removed, the network last; no other name is touched."""
    remove_all(engine, _NAMES)
    removed = [call for call in programs.calls("podman") if " rm " in call or call[:2] == "rm"]
    named = {word for call in removed for word in call.split() if not word.startswith("--")}
    assert named - {"rm", "volume", "network", "0"} == {
        _NAMES.node,
        _NAMES.workstation,
        _NAMES.network,
        "both",
        "by-kind",
        "by-node",
    }
    assert removed[-1] == f"network rm {_NAMES.network}"


def test_volumes_that_can_not_be_listed_are_not_absent(
    engine: Engine, programs: Programs, tmp_path: Path
) -> None:
    """An engine that does not answer leaves nobody in the belief that nothing is left."""
    programs.add(
        "podman", 'case "$*" in version*) echo 5;; volume*) echo no >&2; exit 125;; esac\n'
    )
    with pytest.raises(GraderError) as caught:
        remove_all(engine, _NAMES)
    assert caught.value.code is Code.ENGINE_STOPPED
    there = KindProvider().remains("t3st0r", tmp_path)
    assert there.found[0].startswith("unknown: ")
    assert not there.not_running


def test_what_remains_is_named(programs: Programs, tmp_path: Path) -> None:
    """A sandbox's containers, network and volumes are listed with what they are; others' are not."""
    programs.add(
        "podman",
        'case "$*" in version*) echo 5;; "network ls"*) echo grader-t3st0r; echo grader-t3st0r2;;\n'
        "ps*) echo grader-t3st0r-control-plane; echo grader-t3st0r2-workstation;;\n"
        "volume*) echo v;; esac\n",
    )
    there = KindProvider().remains("t3st0r", tmp_path)
    assert list(there.found) == [
        "container grader-t3st0r-control-plane",
        "network grader-t3st0r",
        "volume v",
    ]
    assert list(there.not_running) == ["container grader-t3st0r-workstation"]


def test_a_dead_container_is_there_and_does_not_run(programs: Programs, tmp_path: Path) -> None:
    """A container that is not removed but does not run is both found and named as not running."""
    programs.add(
        "podman",
        'case "$*" in version*) echo 5;;\n'
        '"ps --filter status=running"*) echo grader-t3st0r-workstation;;\n'
        "ps*--all*) echo grader-t3st0r-control-plane; echo grader-t3st0r-workstation;; esac\n",
    )
    there = KindProvider().remains("t3st0r", tmp_path)
    assert {"container grader-t3st0r-control-plane"} < set(there.found)
    assert list(there.not_running) == ["container grader-t3st0r-control-plane"]
