"""A current Docker engine beside whatever else runs on the machine, up from nothing and gone without a trace.

    python -m tests.engines.docker_tree up       # prints DOCKER_HOST=... and PATH_PREFIX=...
    python -m tests.engines.docker_tree status   # the same; exit code 1 where no engine runs
    python -m tests.engines.docker_tree down

The engine's programs come from a Debian tree (see debian_tree). Its daemon runs in a mount namespace
in which the tree's /usr lies over the machine's, so every other path means the same to the engine as
to the one who calls it, and in a process namespace, whose end is the end of every container. Both
leave only its network and its cgroups to be removed (see host_network).

IPv4 forwarding is switched on and stays on: Podman's containers may have come to need it meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engines.debian_tree import EngineError, Say, cache_folder, ensure_tree, text_tail
from tests.engines.host_network import HostNetwork
from tests.engines.process import Process

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path("/run/pivori-grader-docker")
READY_S = 60.0
GONE_S = 30.0
# Where containerd and dockerd write whatever folder they are given: they get memory there instead.
FIXED_PLACES = ("/run/containerd", "/run/docker", "/opt/containerd")

# Writes down who it is before anything that would have to be cleaned up exists, then becomes unshare.
# Its standard output is closed only after that, which is what the caller waits for.
OUTSIDE = """
read -r boot < /proc/sys/kernel/random/boot_id
read -r stat < /proc/$$/stat
echo "$boot $stat" > "$FOLDER/process"
exec >> "$FOLDER/dockerd.log" 2>&1
exec unshare --mount --pid --fork --kill-child --mount-proc --propagation slave sh -euc "$INSIDE"
"""

# What the machine has below /usr that is not its distribution's stays visible, its kernel modules too.
# The tree is read-only, as it must be the same next time.
# Mounts are shared among the engine's own namespaces, as on a machine that systemd has started, and
# what the machine mounts later comes in.
INSIDE = """
for kept in /usr/local /usr/lib/modules; do
    [ ! -d "$kept" ] || mount --rbind "$kept" "$TREE$kept"
done
mount --rbind "$TREE/usr" /usr
mount -o remount,bind,ro /usr
for place in $FIXED_PLACES; do
    mkdir -p "$place"
    mount -t tmpfs tmpfs "$place"
done
mount --make-rshared /
cd /
exec tini -- dockerd --config-file "$FOLDER/daemon.json"
"""

# The machine need not have the tree's C library, so the tree's own loader starts the client.
CLIENT = """#!/bin/sh
exec {loader} --library-path {libraries} --argv0 docker {tree}/usr/bin/docker "$@"
"""


@dataclass(frozen=True)
class Plan:
    """What an engine is about to make; written down first, so that it can be removed after any crash."""

    tree: str
    data: str
    pool: str
    bridge: str
    cgroup: str
    bridges_before: list[str]


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"docker_tree: {line}\n")


@dataclass(frozen=True)
class DockerTree:
    """The engine that belongs to a run folder.

    Args:
        folder: Its socket, log and state; made by `up`, removed by `down`.
        say: Takes a line for the person who waits.
    """

    folder: Path = FOLDER
    say: Say = _to_stderr

    @property
    def host(self) -> str:
        """The value for DOCKER_HOST."""
        return f"unix://{self.folder}/docker.sock"

    @property
    def path_prefix(self) -> Path:
        """The folder with the `docker` client, for PATH."""
        return self.folder / "bin"

    @property
    def log(self) -> Path:
        """What the engine wrote."""
        return self.folder / "dockerd.log"

    def environment(self) -> dict[str, str]:
        """This process's environment, made to use the engine and its client."""
        path = f"{self.path_prefix}:{os.environ.get('PATH', os.defpath)}"
        return {**os.environ, "DOCKER_HOST": self.host, "PATH": path}

    def running(self) -> bool:
        """Whether its process is there."""
        process = self._process()
        return bool(process and process.fields())

    def up(self) -> bool:
        """Bring the engine up; whether that was necessary.

        Raises:
            EngineError: It can't be had on this machine, or does not answer.
        """
        if os.geteuid() != 0:
            raise EngineError("an engine can be started by root only")
        if not Path("/bin").is_symlink():
            raise EngineError(
                "this machine keeps programs outside /usr, where a tree's can't replace them"
            )
        with _locked():
            if self.running():
                self._await_answer()
                return False
            self._clear()
            try:
                self._start(ensure_tree(self.say))
                self._await_answer()
            except BaseException:
                self._clear()
                raise
            return True

    def down(self) -> None:
        """End the engine with all its containers, and remove what it made; nothing there is fine."""
        with _locked():
            self._clear()

    def _process(self) -> Process | None:
        return Process.recorded(self.folder / "process")

    def _start(self, tree: Path) -> None:
        network = HostNetwork(tree)
        if network.has_docker_rules():
            raise EngineError("another Docker engine keeps its rules on this machine: use that one")
        tag = hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]
        plan = Plan(
            tree=str(tree),
            data=str(cache_folder() / f"docker-data-{tag}"),
            pool=str(network.free_pool()),
            bridge=f"pivori{tag}",
            cgroup=f"pivori-docker-{tag}",
            bridges_before=sorted(network.bridges()),
        )
        self.folder.mkdir(parents=True, mode=0o700)
        _write(self.folder / "plan.json", json.dumps(vars(plan)))
        _write(self.folder / "daemon.json", json.dumps(self._configuration(plan)))
        self._write_client(tree)
        network.allow_forwarding()
        network.add_bridge(plan.bridge, _first_address(plan))
        passed = {k: v for k, v in os.environ.items() if k.lower().endswith("_proxy")}
        subprocess.run(
            ("setsid", "--fork", "sh", "-euc", OUTSIDE),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=True,
            env={
                **passed,
                "PATH": "/usr/sbin:/usr/bin",
                "HOME": "/root",
                # Keeps the engine from loading AppArmor profiles, which would outlive it.
                "container": "docker-tree",
                "FOLDER": str(self.folder),
                "TREE": plan.tree,
                "FIXED_PLACES": " ".join(FIXED_PLACES),
                "INSIDE": INSIDE,
            },
        )

    def _configuration(self, plan: Plan) -> dict[str, object]:
        return {
            "hosts": [self.host],
            "data-root": plan.data,
            "exec-root": f"{self.folder}/exec",
            "pidfile": f"{self.folder}/dockerd.pid",
            "bridge": plan.bridge,
            "default-address-pools": [{"base": plan.pool, "size": 24}],
            "cgroup-parent": f"/{plan.cgroup}",
            # systemd would be told ids of another process namespace than its own.
            "exec-opts": ["native.cgroupdriver=cgroupfs"],
            "ip6tables": False,
        }

    def _write_client(self, tree: Path) -> None:
        self.path_prefix.mkdir()
        loader = next(tree.glob("usr/lib/*/ld-linux*.so.*"))
        client = self.path_prefix / "docker"
        client.write_text(CLIENT.format(loader=loader, libraries=loader.parent, tree=tree))
        client.chmod(0o755)

    def _await_answer(self) -> None:
        process = self._process()
        deadline = time.monotonic() + READY_S
        while not self._answers():
            if not process or process.ends_within(0.02) or time.monotonic() > deadline:
                raise EngineError(f"the engine does not answer:\n{text_tail(self.log)}")

    def _answers(self) -> bool:
        """Whether the engine says that it is ready."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(READY_S)
            connection.connect(f"{self.folder}/docker.sock")
            connection.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return b" 200 " in connection.recv(64)
        return False

    def _clear(self) -> None:
        """Remove what a running, crashed or half-started engine left."""
        process = self._process()
        if process:
            # unshare's child is the first process of the namespace: when its end is over, all others' is.
            for one in (*process.children(), process):
                if not one.ends_within(GONE_S, kill=True):
                    raise EngineError(f"process {one.pid} of the engine does not end")
        record = self.folder / "plan.json"
        if record.is_file():
            plan = Plan(**json.loads(record.read_text()))
            tree = Path(plan.tree)
            network = HostNetwork(tree if tree.is_dir() else ensure_tree(self.say))
            network.clear(plan.bridge, IPv4Network(plan.pool), plan.bridges_before)
            _remove_cgroups(plan.cgroup)
            _remove_data(Path(plan.data))
            _remove_fixed_places()
        if self.folder.exists():
            shutil.rmtree(self.folder)


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """Keep others from making the tree or starting an engine at the same time."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / "docker-tree.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, text: str) -> None:
    """Write a file that is either whole or not there."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text)
    new.replace(path)


def _first_address(plan: Plan) -> IPv4Interface:
    return IPv4Interface(f"{IPv4Network(plan.pool)[1]}/24")


def _remove_fixed_places() -> None:
    """Remove the places that engines mount memory on, when the last of them is gone.

    Removing a folder that is mounted on in another mount namespace takes the mount away there.
    """
    mounts: set[str] = set()
    for process in Path("/proc").glob("[0-9]*/mountinfo"):
        with contextlib.suppress(OSError):
            mounts.update(line.split()[4] for line in process.read_text().splitlines())
    for place in FIXED_PLACES:
        if place not in mounts:
            with contextlib.suppress(OSError):  # it is not empty: another's
                Path(place).rmdir()


def _remove_cgroups(name: str) -> None:
    """Remove the engine's emptied cgroups, of which version 1 has one tree a controller."""
    root = Path("/sys/fs/cgroup")
    for top in (root / name, *root.glob(f"*/{name}")):
        for folder, _, _ in os.walk(top, topdown=False):
            Path(folder).rmdir()


def _remove_data(data: Path) -> None:
    """Remove images, containers and volumes, unless something is still mounted there."""
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    if any(Path(mount).is_relative_to(data) for mount in mounts):
        raise EngineError(f"something is mounted below {data}: unmount it first")
    if data.exists():
        shutil.rmtree(data)


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        prog="docker_tree", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("action", choices=("up", "down", "status"))
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="run folder (default: %(default)s)"
    )
    arguments = parser.parse_args()
    engine = DockerTree(arguments.folder.resolve())
    try:
        if arguments.action == "down":
            engine.down()
            return 0
        if arguments.action == "up":
            engine.up()
    except EngineError as error:
        _to_stderr(str(error))
        return 3
    except KeyboardInterrupt:
        return 130
    if not engine.running():
        _to_stderr("no engine is running")
        return 1
    sys.stdout.write(f"DOCKER_HOST={engine.host}\nPATH_PREFIX={engine.path_prefix}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
