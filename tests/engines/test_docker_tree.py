"""The Docker engine of the tests works as any does, and comes and goes without a trace."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engines.debian_tree import tree_folder
from tests.engines.docker_tree import FIXED_PLACES, DockerTree
from tests.engines.place import ROOT, Place, write_tiny_image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(os.geteuid() != 0, reason="an engine can be started by root only"),
]
SERVE = ("httpd", "-f", "-h", "/www")


@contextlib.contextmanager
def _network(folder: Path) -> Iterator[Place]:
    keep = ("unshare", "--net", "sh", "-c", "echo ready; exec cat")
    with subprocess.Popen(keep, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout
        assert keeper.stdout.readline() == "ready\n"
        place = Place(keeper.pid, folder / "run")
        try:
            yield place
        finally:
            left = place.engine("down")
            keeper.kill()
    assert left.returncode == 0, left.stderr


def _start(place: Place) -> None:
    up = place.engine("up")
    assert up.returncode == 0, up.stderr
    place.run("chroot", tree_folder(), "ip", "link", "set", "lo", "up")
    image = place.folder.with_name("tiny.tar")
    write_tiny_image(image)
    place.docker("import", image, "tiny")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A network with nothing in it, and no engine yet."""
    with _network(tmp_path) as place:
        yield place


@pytest.fixture
def running(place: Place) -> Place:
    """An engine that is up, with the image `tiny`; the test may do to it what it likes."""
    _start(place)
    return place


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An engine that is up, with the image `tiny`, for tests that leave it up."""
    with _network(tmp_path_factory.mktemp("shared")) as place:
        _start(place)
        yield place


def test_names_host_and_client(docker_engine: DockerTree) -> None:
    """The session's engine is a current one, reached through the variables that it names."""
    version = ("docker", "version", "--format", "{{.Server.Version}} {{.Client.Version}}")
    done = subprocess.run(
        version, env=docker_engine.environment(), capture_output=True, text=True, check=True
    )
    assert [int(part.split(".")[0]) >= 26 for part in done.stdout.split()] == [True, True]


def test_leaves_nothing(running: Place) -> None:
    """After `down` no process, mount, interface, rule, cgroup or file of a used engine is left."""
    running.docker("network", "create", "own")
    running.docker("run", "--detach", "--network", "own", "--publish", "8080:80", "tiny", *SERVE)
    running.docker("run", "--detach", "--privileged", "--publish", "8081:80", "tiny", *SERVE)
    assert running.traces()
    down = running.engine("down")
    assert (down.returncode, running.traces()) == (0, []), down.stderr
    assert running.engine("status").returncode == 1


def test_second_up_returns_the_first(shared: Place) -> None:
    """An `up` while the engine runs names the same engine, and leaves it alone."""
    before = (shared.folder / "process").read_text()
    up = shared.engine("up")
    assert up.stdout == shared.engine("status").stdout
    assert up.stdout.startswith(f"DOCKER_HOST=unix://{shared.folder}/docker.sock\nPATH_PREFIX=/")
    assert (shared.folder / "process").read_text() == before


@pytest.mark.parametrize("next_action", ["up", "down"])
def test_mends_a_killed_engine(running: Place, next_action: str) -> None:
    """What a killed engine left is removed by the next `up` or `down`, which does its own work too."""
    running.docker("network", "create", "own")
    running.docker("run", "--detach", "--network", "own", "--publish", "8080:80", "tiny", *SERVE)
    os.kill(int((running.folder / "process").read_text().split()[1]), signal.SIGKILL)
    after = running.engine(next_action)
    assert after.returncode == 0, after.stderr
    if next_action == "up":
        assert running.docker("ps", "--all", "--quiet") == ""
        assert running.engine("down").returncode == 0
    assert running.traces() == []


def test_mends_a_killed_up(place: Place) -> None:
    """An `up` that is killed half-way leaves nothing that the next `down` does not remove."""
    command = place.engine_command("up")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as up:
        while not (place.folder / "process").is_file():
            with contextlib.suppress(subprocess.TimeoutExpired):
                pytest.fail(f"up ended with {up.wait(0.01)}")
        up.kill()
    down = place.engine("down")
    assert (down.returncode, place.traces()) == (0, []), down.stderr


def test_refuses_beside_another(shared: Place, tmp_path: Path) -> None:
    """Where an engine already keeps its rules a second one is not started, and the first goes on."""
    second = Place(shared.keeper, tmp_path / "second").engine("up")
    assert second.returncode == 3
    assert "another Docker engine" in second.stderr
    assert shared.docker("images", "--quiet")


def test_ends_beside_another(shared: Place, running: Place) -> None:
    """The end of one engine takes nothing from another that runs in a network of its own."""
    assert running.engine("down").returncode == 0
    process = (shared.folder / "process").read_text().split()[1]
    mounts = Path(f"/proc/{process}/mountinfo").read_text()
    assert all(f" {place} " in mounts for place in FIXED_PLACES)
    assert shared.docker("run", "--rm", "tiny", "id", "-u") == "0\n"


def test_publishes_a_privileged_container(shared: Place) -> None:
    """A privileged container starts, and its port on 127.0.0.1 answers."""
    options = ("--detach", "--privileged", "--publish", "127.0.0.1:8080:80")
    shared.docker("run", *options, "tiny", *SERVE)
    assert shared.get("127.0.0.1:8080") == "hello"


def test_resolves_names(shared: Place) -> None:
    """Containers of one user-defined network find each other by name."""
    shared.docker("network", "create", "own")
    shared.docker("run", "--detach", "--network", "own", "--name", "server", "tiny", *SERVE)
    fetch = ("wget", "-T", "3", "-qO-", "http://server/")
    assert shared.docker("run", "--rm", "--network", "own", "tiny", *fetch) == "hello"


def test_executes(shared: Place) -> None:
    """A command runs in a container, and in a privileged one it may mount."""
    shared.docker("run", "--detach", "--privileged", "--name", "worker", "tiny", *SERVE)
    assert shared.docker("exec", "worker", "id", "-u") == "0\n"
    shared.docker("exec", "--privileged", "worker", "mount", "-t", "tmpfs", "none", "/www")
    assert shared.docker("exec", "worker", "cat", "/proc/mounts").count("/www tmpfs") == 1


def test_mounts_the_machines_folders(shared: Place, tmp_path: Path) -> None:
    """A folder of this machine is mounted from the path that it has here, and kind's modules from theirs."""
    (tmp_path / "note").write_text("from here")
    volumes = ("--volume", f"{tmp_path}:/here:ro", "--volume", "/lib/modules:/lib/modules:ro")
    assert shared.docker("run", "--rm", *volumes, "tiny", "cat", "/here/note") == "from here"


@pytest.fixture
def podman(place: Place, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """A Podman in the same network, with images and containers of its own."""
    if not shutil.which("podman"):
        pytest.skip("there is no Podman")
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    settings = tmp_path / "containers.conf"
    settings.write_text(
        '[engine]\nruntime = "runc"\n'
        f'[containers]\ndefault_ulimits = ["nofile={files}:{files}", "nproc=32768:32768"]\n'
    )
    # Podman refuses a run folder with a long name, which a test's own folder has.
    run_folder = tempfile.mkdtemp(prefix="podman-")
    folders = ("--root", tmp_path / "root", "--runroot", run_folder)

    def run(*arguments: str | Path) -> str:
        done = place.run(
            *("podman", *folders, "--storage-driver", "vfs", *arguments),
            environment={"CONTAINERS_CONF": str(settings)},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield run
    run("rm", "--all", "--force", "--time", "0")
    shutil.rmtree(run_folder)


def test_leaves_podman_alone(running: Place, podman: Callable[..., str], tmp_path: Path) -> None:
    """Podman's containers and the engine's reach each other's published ports, and Podman's outlive it."""
    podman("import", "--quiet", tmp_path / "tiny.tar", "tiny")
    options = ("--detach", "--name", "server", "--publish", "8090:80")
    podman("run", *options, "tiny", "/bin/httpd", *SERVE[1:])
    running.docker("run", "--detach", "--publish", "8080:80", "tiny", *SERVE)
    assert [running.get(f"127.0.0.1:{port}") for port in (8090, 8080)] == ["hello", "hello"]
    fetch = ("wget", "-T", "3", "-qO-")
    form = "{{(index .IPAM.Config 0).Gateway}}"
    gateway = running.docker("network", "inspect", "bridge", "--format", form).strip()
    seen = running.docker("run", "--rm", "tiny", *fetch, f"http://{gateway}:8090/")
    assert seen == "hello"
    gateway = podman("inspect", "server", "--format", "{{.NetworkSettings.Gateway}}").strip()
    assert podman("exec", "server", "/bin/wget", *fetch[1:], f"http://{gateway}:8080/") == "hello"
    assert running.engine("down").returncode == 0
    assert running.get("127.0.0.1:8090") == "hello"
    assert not [rule for rule in running.rules() if "DOCKER" in rule or "10.20" in rule]
