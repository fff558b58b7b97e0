"""Prepares a machine for sandboxes: an engine, the tools and the images."""

from __future__ import annotations

import os
import shutil

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.choice import EMBEDDED, KIND, choose, require_known
from grader.sandbox.engines.engine import Engine
from grader.sandbox.engines.find import distribution, find_engine, install_hint
from grader.sandbox.faults import faults_named
from grader.sandbox.host import require_modules_folder
from grader.sandbox.image.build import ensure_image
from grader.sandbox.image.workstation import workstation_reference
from grader.sandbox.kind.node_image import choose_node_image
from grader.sandbox.process import Commands
from grader.sandbox.tools.resolve import tool

# What Podman needs to run a Kubernetes node, names resolved and ports published.
_PACKAGES = ("podman", "runc", "netavark", "aardvark-dns", "iptables")
_INSTALL_S = 900


def prepare(provider: str | None, log: PhaseLog) -> None:
    """Have everything that `grader start` needs, so that it only starts.

    Args:
        provider: Which provider is prepared; None for the one that `grader start` would take here, once a missing
            engine is installed where that can be done.
        log: Told of every phase.

    Raises:
        GraderError: What is missing and the command that installs it.
    """
    with faults_named():
        if _chosen(provider, log) == EMBEDDED:
            _prepare_embedded(log, Commands())
        else:
            _prepare_kind(log, Commands())


def _chosen(wanted: str | None, log: PhaseLog) -> str:
    if wanted is not None:
        return require_known(wanted)
    choice = choose(None)
    if choice.without_engine and _can_install():
        return KIND
    with log.phase("provider") as note:
        note(f"{choice.provider}: {choice.reason.en}")
        if choice.hint:
            note(f"for kind instead: {choice.hint}")
    return choice.provider


def _prepare_embedded(log: PhaseLog, commands: Commands) -> None:
    """Have the programs; there is no engine to look for and no image to make."""
    # Imported late: it brings the Kubernetes client.
    from grader.sandbox.embedded.bring_up import (  # noqa: PLC0415
        candidate_tools,
        embedded_tools,
    )

    with log.phase("tools") as note:
        embedded_tools(note, commands)
        candidate_tools(note, commands)


def _prepare_kind(log: PhaseLog, commands: Commands) -> None:
    with log.phase("engine") as note:
        engine = _engine(log)
        note(f"{engine.name} {engine.version}")
        require_modules_folder()
    with log.phase("tools") as note:
        for name in ("kind", "kubectl", "helm"):
            tool(name, note, commands)
    with log.phase("node image") as note:
        choose_node_image(engine, note, commands)
    with log.phase("workstation image") as note:
        ensure_image(engine, workstation_reference(), note, commands)


def _engine(log: PhaseLog) -> Engine:
    try:
        return find_engine()
    except GraderError as problem:
        if problem.code is not Code.ENGINE_MISSING or not _can_install():
            raise
    with log.phase("neither Docker nor Podman is here: installing Podman"):
        _install_podman()
    return find_engine()


def _can_install() -> bool:
    return os.geteuid() == 0 and distribution() == "debian"


def _install_podman() -> None:
    apt = shutil.which("apt-get")
    if apt is None:
        raise GraderError(Code.ENGINE_MISSING, "apt-get is missing", hint=install_hint())
    commands = Commands({"DEBIAN_FRONTEND": "noninteractive"})
    commands.run([apt, "update"], timeout_s=_INSTALL_S).checked(
        Code.ENGINE_MISSING, hint="apt-get update"
    )
    commands.run(
        [apt, "install", "--yes", "--no-install-recommends", *_PACKAGES], timeout_s=_INSTALL_S
    ).checked(Code.ENGINE_MISSING, hint=install_hint())
