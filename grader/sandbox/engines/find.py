"""Finds a container engine that can be used, or says why none can and what to type."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Mapping
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.sandbox.engines.engine import Engine
from grader.sandbox.process import Commands, Output
from grader.sandbox.settings import settings

NAMES = ("docker", "podman")
# Older engines ask for capabilities that a container host may lack, or can't run a node at all.
_LEAST = {"docker": 24, "podman": 4}
_NODE_PROCESSES = 16384
_ADDRESSES = ("DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINER_HOST")
_DOCKER_SOCKET = Path("/var/run/docker.sock")
# Where an ordinary user's PATH does not look for a daemon.
_DAEMON_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin")
_INSTALL = {
    "debian": "sudo apt-get install podman runc netavark aardvark-dns",
    "fedora": "sudo dnf install podman",
    "": "install Docker or Podman from your distribution",
}


def find_engine(name: str = "") -> Engine:
    """The engine called `name`, or that of the settings, or the first usable one.

    Raises:
        GraderError: engine-missing, engine-permission, engine-stopped or engine-unfit.
    """
    wanted = name or settings().engine
    if wanted and wanted not in NAMES:
        raise GraderError(
            Code.USAGE, f"unknown container engine: {wanted}", hint="use docker or podman"
        )
    problems: list[GraderError] = []
    for candidate in (wanted,) if wanted else NAMES:
        try:
            return examine_engine(candidate)
        except GraderError as found:
            problems.append(found)
    for problem in problems:
        # An engine that is there but unusable says more than one that is not there.
        if problem.code is not Code.ENGINE_MISSING or wanted:
            raise problem
    raise GraderError(
        Code.ENGINE_MISSING,
        "neither Docker nor Podman is installed",
        where="PATH",
        hint=install_hint(),
        detail="\n".join(problem.what for problem in problems),
    )


def examine_engine(name: str, address: Mapping[str, str] | None = None) -> Engine:
    """One engine by name, asked whether it works.

    Args:
        name: "docker" or "podman".
        address: Variables that say where it listens, as `engine_address` gave them; this process's by default.

    Raises:
        GraderError: As `find_engine`.
    """
    program = shutil.which(name)
    if program is None:
        raise GraderError(
            Code.ENGINE_MISSING,
            f"{name} is not installed",
            where="PATH",
            hint=install_hint(),
        )
    environment = engine_address() if address is None else dict(address)
    if name == "podman":
        environment |= podman_environment()
    # Podman's `info` also asks the package manager about itself, which takes longer than all the rest.
    question = (
        ["version", "--format", "{{.Client.Version}}"]
        if name == "podman"
        else ["info", "--format", "{{.ServerVersion}} {{.SecurityOptions}}"]
    )
    output = Commands(environment).run([program, *question], timeout_s=20)
    if output.exit_code != 0:
        raise _unusable(name, output)
    version, _, rest = output.text.strip().partition(" ")
    if not version:
        raise _unusable(name, output)
    _require_version(name, version)
    rootless = os.geteuid() != 0 if name == "podman" else "rootless" in rest
    return Engine(name, Path(program), version, _kind_environment(name, environment), rootless)


def engine_address() -> dict[str, str]:
    """The variables of this process that say where an engine listens; a sandbox remembers them."""
    return {name: os.environ[name] for name in _ADDRESSES if name in os.environ}


def install_hint() -> str:
    """The command that installs an engine on this distribution."""
    return _INSTALL.get(distribution(), _INSTALL[""])


def distribution() -> str:
    """Tell the family: "debian" for Debian, Ubuntu and their relatives, "fedora" likewise, "" for others."""
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    words = {
        word
        for line in lines
        if line.startswith(("ID=", "ID_LIKE="))
        for word in line.partition("=")[2].strip('"').split()
    }
    if words & {"debian", "ubuntu"}:
        return "debian"
    return "fedora" if words & {"fedora", "rhel"} else ""


def podman_environment() -> dict[str, str]:
    """Variables that make Podman fit for a node, with no file of the system touched.

    crun refuses hosts with cgroup v1 hierarchies, and Podman's default limits may lie above this machine's. Its limit of
    2048 processes and threads to a container is too low for a node: some 80 pods that start together pass it, and what
    the kubelet then can't start would look like the candidate's mistake.
    """
    if "CONTAINERS_CONF" in os.environ:
        return {}
    lines = ["# Written by grader.", "[containers]"]
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    processes = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    limits = [
        f'"nofile={_capped(files, 1048576)}:{_capped(files, 1048576)}"',
        f'"nproc={_capped(processes, 32768)}:{_capped(processes, 32768)}"',
    ]
    lines.append(f"default_ulimits = [{', '.join(limits)}]")
    lines.append(f"pids_limit = {_NODE_PROCESSES}")
    if not Path("/sys/fs/cgroup/cgroup.controllers").exists() and shutil.which("runc"):
        lines += ["[engine]", 'runtime = "runc"']
    path = settings().cache / "engines" / "containers.conf"
    text = "\n".join(lines) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another grader's Podman may read it now.
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    return {"CONTAINERS_CONF": str(path)}


def _kind_environment(name: str, environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "KIND_EXPERIMENTAL_PROVIDER": name}


def _capped(limit: int, most: int) -> int:
    return most if limit == resource.RLIM_INFINITY else min(limit, most)


def _require_version(name: str, version: str) -> None:
    major = version.split(".", maxsplit=1)[0]
    if major.isdigit() and int(major) < _LEAST[name]:
        raise GraderError(
            Code.ENGINE_UNFIT,
            f"{name} {version} is too old to run a Kubernetes node: at least {_LEAST[name]} is needed",
            hint=install_hint(),
        )


def _unusable(name: str, output: Output) -> GraderError:
    said = (output.stderr or output.text).strip()
    if "permission denied" in said.lower():
        return GraderError(
            Code.ENGINE_PERMISSION,
            f"this user may not use {name}",
            where=output.command,
            hint=f"sudo usermod -aG {name} $USER  # then log in again, or run as root",
            detail=said,
        )
    if name == "docker" and _is_client_only(said):
        return GraderError(
            Code.ENGINE_MISSING,
            "docker is here as a client only: there is no daemon that it could ask",
            where=output.command,
            hint=install_hint(),
            detail=said,
        )
    return GraderError(
        Code.ENGINE_STOPPED,
        f"{name} is installed but does not answer",
        where=output.command,
        hint=f"sudo systemctl start {name}",
        detail=said,
    )


def _is_client_only(said: str) -> bool:
    """Whether Docker looked for its own machine's daemon, and none is installed that could be started."""
    folders = os.pathsep.join([os.environ.get("PATH", ""), *_DAEMON_FOLDERS])
    return (
        str(_DOCKER_SOCKET) in said
        and not _DOCKER_SOCKET.exists()
        and shutil.which("dockerd", path=folders) is None
    )
