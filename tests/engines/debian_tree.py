"""A small tree of the current Debian with the Docker engine's packages, made once and kept in the cache.

Debian 12's own Docker is too old for privileged containers on machines that lack a capability, and
no machine is asked to change its release for a test. So the engine's programs come from a tree of
their own, which debootstrap makes from the mirror that this machine's apt already uses.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.debian_packages import NotInstalledError, install

SUITE = "trixie"
PACKAGES = (
    "busybox-static",  # what the smallest of images is made of
    "docker-cli",
    "docker.io",
    "iproute2",
    "iptables",
    "procps",  # `docker top`
    "xz-utils",  # `docker load` of a compressed archive
)
# Part of the recipe's hash: to be raised whenever _bootstrap or _finish makes another tree.
REVISION = 1
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Debootstrap mounts things in the tree. In namespaces of its own, and ended with the one who waits for
# it, it leaves neither mounts nor processes after an interrupt.
PRIVATELY = (
    *("setpriv", "--pdeathsig", "KILL"),
    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
)

Say = Callable[[str], None]


class EngineError(RuntimeError):
    """The tree or the engine in it can't be had; the text says why and what to type."""


def cache_folder() -> Path:
    """The folder of everything that may be deleted and made again."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "pivori-grader"


def tree_folder() -> Path:
    """Where the tree of this recipe lies once it is made."""
    recipe = json.dumps([REVISION, SUITE, PACKAGES, platform.machine()])
    return cache_folder() / f"docker-tree-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


def ensure_tree(say: Say) -> Path:
    """The finished tree, made now where there is none yet. The caller holds the lock of the cache.

    Args:
        say: Takes a line for the person who waits.

    Raises:
        EngineError: Debootstrap, its keyring or a package could not be had.
    """
    tree = tree_folder()
    if tree.is_dir():
        return tree
    _require_debootstrap(say)
    # Only the rename at the end makes a tree count; what an interrupted make left is made anew.
    making = tree.with_name(f"{tree.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    say(f"making a Debian {SUITE} tree with the Docker engine in {tree} (about a minute)")
    try:
        _bootstrap(making)
        _finish(making)
        making.rename(tree)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return tree


def text_tail(path: Path, lines: int = 25) -> str:
    """The end of a log, for an error message; empty where there is no such file."""
    if not path.is_file():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def _require_debootstrap(say: Say) -> None:
    """Install debootstrap and Debian's keyring from the machine's own packages where they are missing."""
    if shutil.which("debootstrap") and KEYRING.is_file():
        return
    try:
        install("debootstrap", "debian-archive-keyring", say=say)
    except NotInstalledError as missing:
        raise EngineError(str(missing)) from missing


def _bootstrap(tree: Path) -> None:
    """Fill an empty folder with the packages."""
    command = [
        *PRIVATELY,
        "debootstrap",
        "--variant=minbase",
        f"--keyring={KEYRING}",
        f"--include={','.join(PACKAGES)}",
        SUITE,
        str(tree),
        *_mirror(),
    ]
    log = tree.with_suffix(".log")
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **_proxy()},
            check=False,
        )
    if done.returncode:
        raise EngineError(f"{shlex.join(command)} failed:\n{text_tail(log)}")
    log.unlink()


def _finish(tree: Path) -> None:
    """Make the tree independent of its /etc, which the engine does not see, and smaller."""
    for program in ("iptables", "ip6tables"):
        link = tree / "usr/sbin" / program
        link.unlink()
        link.symlink_to("xtables-nft-multi")
    # kind mounts this folder into its nodes; the machine's own is laid over it where there is one.
    (tree / "usr/lib/modules").mkdir(exist_ok=True)
    for waste in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale"):
        shutil.rmtree(tree / waste, ignore_errors=True)


def _mirror() -> list[str]:
    """The Debian mirror that this machine's apt uses; nothing where it uses none."""
    if not shutil.which("apt-get"):
        return []
    command = ("apt-get", "indextargets", "--format", "$(RELEASE) $(SITE)")
    found = subprocess.run(
        (*command, "Created-By: Packages", "Origin: Debian", "Component: main"),
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\n")
    # The archives of updates and of security fixes are others, and have no whole release.
    sites = [line.partition(" ")[2] for line in found if "-" not in line.partition(" ")[0]]
    return [site for site in sites if site][:1]


def _proxy() -> dict[str, str]:
    """The proxy that apt is told to use, for debootstrap, which does not read apt's configuration."""
    if os.environ.get("http_proxy") or not shutil.which("apt-config"):
        return {}
    told = subprocess.run(
        ("apt-config", "shell", "http_proxy", "Acquire::http::Proxy"),
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return dict(part.split("=", 1) for part in shlex.split(told) if "=" in part)
