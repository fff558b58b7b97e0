"""What is asked of an engine, and what its answers mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine

from .programs import Programs

_GONE = "Cannot connect to the Docker daemon. Is the docker daemon running?"


@pytest.fixture
def engine(programs: Programs) -> Engine:
    """An engine whose program does nothing yet."""
    return Engine("docker", programs.says("docker", ""), "29.1.0", {"DOCKER_HOST": "unix:///x"})


def test_every_call_goes_to_its_address(engine: Engine, programs: Programs) -> None:
    """The engine's program always sees the variables that say where it listens."""
    programs.add("docker", 'echo "$DOCKER_HOST"\n')
    assert engine.run("ps").text == "unix:///x\n"


def test_an_image_is_there_or_not(engine: Engine, programs: Programs) -> None:
    """An image is looked for in the engine's own store; not finding it is no error."""
    assert engine.image_exists("x:1")
    assert programs.calls("docker")[-1].startswith("image inspect")
    programs.says("docker", "", exit_code=1, stderr="Error: No such image: x:1")
    assert not engine.image_exists("x:1")


@pytest.mark.parametrize("asked", ["image_exists", "container"])
def test_an_engine_that_is_gone_is_not_an_absent_thing(
    asked: str, engine: Engine, programs: Programs
) -> None:
    """An engine that stopped is an error, and not taken for an image or a container that is not there."""
    programs.says("docker", "", exit_code=1, stderr=_GONE)
    with pytest.raises(GraderError) as caught:
        getattr(engine, asked)("x")
    assert caught.value.code is Code.ENGINE_STOPPED
    assert caught.value.hint


def test_a_container_is_described(engine: Engine, programs: Programs) -> None:
    """A container's description comes back as data; that of none is None."""
    programs.says("docker", '[{"State": {"Running": true}}]')
    assert engine.container("x") == {"State": {"Running": True}}
    programs.says("docker", "[]")
    assert engine.container("x") is None
    programs.says("docker", "[]", exit_code=1, stderr="Error: No such container: x")
    assert engine.container("x") is None


@pytest.mark.parametrize("what", ["containers", "networks"])
def test_listings_are_by_prefix(what: str, engine: Engine, programs: Programs) -> None:
    """Only what begins with the prefix is found, in order, and nothing that merely contains it."""
    programs.says("docker", "grader-b-x\nother-grader-a\ngrader-a-x\nbridge\n")
    assert getattr(engine, what)("grader-") == ["grader-a-x", "grader-b-x"]


@pytest.mark.parametrize("what", ["containers", "networks"])
def test_a_listing_that_fails_is_no_empty_one(
    what: str, engine: Engine, programs: Programs
) -> None:
    """Where the engine can't list, nobody may conclude that nothing is there."""
    programs.says("docker", "", exit_code=1, stderr="broken")
    with pytest.raises(GraderError) as caught:
        getattr(engine, what)("grader-")
    assert caught.value.code is Code.ENGINE_STOPPED


@pytest.mark.parametrize(("name", "options"), [("docker", ""), ("podman", "--time=0 ")])
def test_removing_does_not_ask_politely(name: str, options: str, programs: Programs) -> None:
    """A container is killed and removed with its volumes at once, as a node ignores the polite way."""
    Engine(name, programs.says(name, ""), "29.1.0").remove_containers(["one"])
    assert programs.calls(name) == [f"rm --force --volumes {options}one"]


def test_removing_what_is_gone_is_fine(engine: Engine, programs: Programs) -> None:
    """A container or network that went by itself is no error."""
    programs.add(
        "docker", 'case "$*" in "network ls"*) echo bridge;; *) echo "No such" >&2; exit 1;; esac\n'
    )
    engine.remove_containers(["one"])
    engine.remove_network("one")


def test_removing_is_tried_again(programs: Programs) -> None:
    """A container that was killed, and whose end took longer than the engine waited, goes the second time."""
    program = programs.add(
        "podman",
        'case "$*" in "container inspect"*) echo "[{}]";;\n'
        'rm*) test -e "$0.again" && exit 0; : > "$0.again"; echo "given up" >&2; exit 125;; esac\n',
    )
    Engine("podman", program, "4.3.1").remove_containers(["one"])
    removals = [call for call in programs.calls("podman") if call.startswith("rm")]
    assert removals == ["rm --force --volumes --time=0 one"] * 2


def test_what_can_not_be_removed_is_told(engine: Engine, programs: Programs) -> None:
    """A container or network that stays although it was to go is an error with the engine's words."""
    programs.add(
        "docker",
        'case "$*" in "container inspect"*) echo "[{}]";; "network ls"*) echo one;;\n'
        '*) echo "device busy" >&2; exit 1;; esac\n',
    )
    ways: list[Callable[[], None]] = [
        lambda: engine.remove_containers(["one"]),
        lambda: engine.remove_network("one"),
    ]
    for remove in ways:
        with pytest.raises(GraderError) as caught:
            remove()
        assert caught.value.code is Code.ENGINE_STOPPED
        assert caught.value.detail == "device busy"


def test_programs_in_containers(engine: Engine, programs: Programs) -> None:
    """A program runs in a container with its options before the name; input makes it interactive."""
    engine.execute("node", "ls", "-l", options=["--user", "0"])
    engine.execute("node", "cat", stdin=b"x")
    assert programs.calls("docker") == ["exec --user 0 node ls -l", "exec --interactive node cat"]


def test_a_full_disk_while_loading(engine: Engine, programs: Programs, tmp_path: Path) -> None:
    """An image that does not fit on the engine's disk is the error for a full disk."""
    archive = tmp_path / "image.tar"
    archive.write_bytes(b"image")
    programs.says("docker", "", exit_code=1, stderr="write /x: no space left on device")
    with pytest.raises(GraderError) as caught:
        engine.load(archive)
    assert caught.value.code is Code.DISK_FULL


def test_loading_feeds_the_archive(engine: Engine, programs: Programs, tmp_path: Path) -> None:
    """An archive reaches the engine through its input, so that a remote engine has it too."""
    archive = tmp_path / "image.tar"
    archive.write_bytes(b"image")
    path = programs.add("docker", 'read -r line; echo "$line" > "$0.input"\n')
    engine.load(archive)
    assert programs.calls("docker") == ["load"]
    assert path.with_name("docker.input").read_text(encoding="utf-8") == "image\n"
