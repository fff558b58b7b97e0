"""Installs what a test needs from the machine's own packages, where that is Debian's or Ubuntu's and we are root."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable

# Another worker of the same tests may be installing the same.
_PATIENT = ("-o", "DPkg::Lock::Timeout=900")


class NotInstalledError(RuntimeError):
    """The packages are missing; the text says what to type."""


def install(*packages: str, say: Callable[[str], object]) -> None:
    """Install packages.

    Args:
        packages: Their names.
        say: Takes a line for the person who waits.

    Raises:
        NotInstalledError: They can't be installed from here.
    """
    command = ("apt-get", "-q", *_PATIENT, "install", "--yes", "--no-install-recommends", *packages)
    if not shutil.which("apt-get") or os.geteuid() != 0:
        typed = f"sudo apt-get install {shlex.join(packages)}"
        raise NotInstalledError(f"this needs {' and '.join(packages)}: {typed}")
    say(f"installing {' and '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A source of somebody else's that can't be updated is no hindrance: the installation decides.
    subprocess.run(("apt-get", "-q", "update"), env=environment, capture_output=True, check=False)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalledError(f"{shlex.join(command)} failed:\n{done.stdout}{done.stderr}")
