"""The Debian tree that the images are cut from, made once with debootstrap."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from grader.model.errors import Code, GraderError
from grader.sandbox.process import Commands
from grader.sandbox.settings import data_folder

SUITE = "bookworm"
_TIMEOUT_S = 1800
# Nothing here is needed to run; without it a node starts faster, as its /var is copied at every start.
_LEFT_OUT = (
    # Where the stub services' program is compiled; it may be left by a crash.
    "app",
    "dev",
    "proc",
    "sys",
    "run",
    "tmp",
    "var/cache",
    "var/lib/apt/lists",
    "var/lib/dpkg/info",
    "var/log",
    "usr/share/doc",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/info",
    "etc/machine-id",
    "etc/resolv.conf",
    "etc/hostname",
)


def packages() -> list[str]:
    """The Debian packages of the tree, from fixtures/images/packages.txt."""
    text = (data_folder("fixtures") / "images" / "packages.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return sorted(line for line in lines if line)


def make_tree(target: Path, note: Callable[[str], None], commands: Commands) -> None:
    """Install the packages into the folder `target`, which appears whole or not at all.

    Raises:
        GraderError: image-build, where this is not root, or debootstrap is missing or fails.
    """
    if os.geteuid() != 0:
        raise GraderError(
            Code.IMAGE_BUILD,
            "making the node image needs root, as it unpacks a Debian system",
            hint="sudo .venv/bin/grader image build",
        )
    program = debootstrap(note, commands)
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    note(f"installing {len(packages())} Debian packages and what they need")
    words: list[str | Path] = [program, "--variant=minbase", f"--include={','.join(packages())}"]
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    if keyring.exists():
        words.append(f"--keyring={keyring}")
    mirror = _mirror(commands)
    words += [SUITE, partial, *([mirror] if mirror else [])]
    output = commands.run(words, timeout_s=_TIMEOUT_S)
    if output.exit_code != 0:
        # debootstrap tells its story on standard output.
        lines = output.text.strip().splitlines()[-5:]
        log = partial / "debootstrap" / "debootstrap.log"
        if log.exists():
            lines += log.read_text(errors="replace").splitlines()[-10:]
        raise GraderError(
            Code.IMAGE_BUILD,
            "the Debian packages could not be installed",
            where=output.command,
            hint="check that Debian's packages can be reached: apt-get update",
            detail="\n".join(lines),
        )
    partial.replace(target)


def left_out(name: str) -> bool:
    """Whether a path of the tree is kept out of the images."""
    return name in _LEFT_OUT or name.endswith("/__pycache__")


def debootstrap(note: Callable[[str], None], commands: Commands) -> Path:
    """The debootstrap program; installed from the distribution's packages where it is missing."""
    found = shutil.which("debootstrap")
    if found is None and shutil.which("apt-get"):
        note("installing debootstrap")
        commands.run(["apt-get", "update"], timeout_s=300)
        commands.run(
            ["apt-get", "install", "--yes", "--no-install-recommends", "debootstrap"],
            environment={"DEBIAN_FRONTEND": "noninteractive"},
            timeout_s=600,
        )
        found = shutil.which("debootstrap")
    if found is None:
        raise GraderError(
            Code.IMAGE_BUILD,
            "debootstrap is not installed",
            hint="install the package debootstrap",
        )
    return Path(found)


def _mirror(commands: Commands) -> str:
    """The mirror that this machine's own apt uses for the suite; "" leaves the choice to debootstrap."""
    if shutil.which("apt-get") is None:
        return ""
    output = commands.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(SITE)",
            "Created-By: Packages",
            f"Codename: {SUITE}",
        ]
    )
    sites = output.text.split()
    return sites[0] if sites else ""
