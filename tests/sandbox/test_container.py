"""The candidate's place in a container."""

from __future__ import annotations

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine
from grader.sandbox.workstation.container import ContainerWorkstation

from .programs import Programs

# Runs here what it is told to run in the container, which begins after the container's name.
_HERE = 'while [ "$1" != station ]; do shift; done; shift; PATH=/usr/bin:/bin; exec "$@"\n'


@pytest.fixture
def place(programs: Programs) -> ContainerWorkstation:
    """A workstation whose container is this machine."""
    return ContainerWorkstation(Engine("podman", programs.add("podman", _HERE), "5.4.0"), "station")


def test_a_script_runs_as_the_candidate(place: ContainerWorkstation, programs: Programs) -> None:
    """A script is bash, run as the candidate in the studio's folder, with the variables that it is given."""
    done = place.run("echo ${BASH_VERSION:+bash}; echo err >&2; exit 3", environment={"A": "b"})
    assert (done.exit_code, done.stdout, done.stderr) == (3, "bash\n", "err")
    (call,) = [line for line in programs.calls("podman") if line.startswith("exec ")]
    assert call.startswith("exec --user 1000:1000 --env HOME=/home/ubuntu")
    assert "--workdir /home/ubuntu/pivori-studio --env A=b station bash -c" in call


def test_files_are_written_and_read(place: ContainerWorkstation, programs: Programs) -> None:
    """What is written is read back byte for byte, in a folder that is made, readable by its owner alone."""
    path = programs.folder / "a b" / "file"
    content = bytes(range(256))
    place.write(str(path), content)
    assert path.stat().st_mode & 0o777 == 0o600
    assert place.read(str(path)) == content
    assert place.read(str(path), limit=10) == content[:10]


def test_a_file_that_is_not_there(place: ContainerWorkstation, programs: Programs) -> None:
    """No such file, or a folder in its place, is None; so is a name that looks like an option."""
    assert place.read(str(programs.folder / "none")) is None
    assert place.read(str(programs.folder)) is None
    assert place.read("--help") is None


@pytest.mark.parametrize(
    ("exit_code", "said", "code"),
    [
        (1, "container station is not running", Code.SANDBOX_BROKEN),
        (125, "no such container", Code.SANDBOX_BROKEN),
        (1, "Cannot connect to the Docker daemon", Code.ENGINE_STOPPED),
    ],
)
def test_a_place_that_can_not_be_looked_at_is_no_missing_file(
    exit_code: int, said: str, code: Code, place: ContainerWorkstation, programs: Programs
) -> None:
    """Where the container or the engine is gone the candidate's file is not declared missing: it is our error."""
    programs.says("podman", "", exit_code=exit_code, stderr=said)
    with pytest.raises(GraderError) as caught:
        place.read("/home/ubuntu/answer.txt")
    assert caught.value.code is code


def test_a_write_that_fails_is_told(place: ContainerWorkstation) -> None:
    """A file that can't be written is an error with the shell's words."""
    with pytest.raises(GraderError) as caught:
        place.write("/dev/null/file", b"x")
    assert caught.value.code is Code.SANDBOX_BROKEN


def test_a_full_workstation_is_named(place: ContainerWorkstation) -> None:
    """A file that does not fit is the error for a full disk."""
    with pytest.raises(GraderError) as caught:
        place.write("/dev/full", b"x")
    assert caught.value.code is Code.DISK_FULL


@pytest.mark.parametrize(("typed", "terminal"), [(True, "--tty "), (False, "")])
def test_the_shell_leaves_with_its_own_exit_code(
    *,
    typed: bool,
    terminal: str,
    place: ContainerWorkstation,
    programs: Programs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The candidate's shell is a login shell, on a terminal where there is one; its exit code comes back."""
    programs.says("podman", "", exit_code=9)
    monkeypatch.setattr("sys.stdin.isatty", lambda: typed)
    assert place.shell() == 9
    assert programs.calls("podman")[-1] == (
        f"exec --interactive {terminal}--user 1000:1000 --env HOME=/home/ubuntu "
        "--workdir /home/ubuntu/pivori-studio --env TERM station bash --login"
    )
