"""Gives a workstation a disk of its own that is really small: what is written there fills it."""

from __future__ import annotations

from grader.model.errors import Code
from grader.sandbox.engines.engine import Engine
from grader.sandbox.image.workstation import USER
from grader.sandbox.process import Commands

DISK_FOLDERS = ("/backups", "/var/log")
"""The folders that lie on it, both on the same; archives are kept elsewhere."""

_NAME = "studio-disk"
_PLACE = "/run/studio-disk"


def mount_disk(engine: Engine, workstation: str, mib: int, commands: Commands) -> None:
    """Put the folders on a disk in memory, with what is in them.

    It is a file system like any other: it fills, `df` shows it, files keep the times that they are given. It
    needs no device and lasts as long as the container runs.

    Args:
        engine: What runs the workstation.
        workstation: Its container, running.
        mib: The disk's size; it counts among the workstation's memory.
        commands: Runs it.

    Raises:
        GraderError: sandbox-broken.
    """
    options = f"size={mib}m,mode=755,uid={USER},gid={USER},nosuid,nodev"
    moves = "\n".join(_move(folder) for folder in DISK_FOLDERS)
    script = f"""set -e
mkdir {_PLACE}
mount -t tmpfs -o {options} {_NAME} {_PLACE}
{moves}
umount -l {_PLACE}
rmdir {_PLACE}
"""
    # The candidate has none of these rights: nothing can be mounted, or taken off, from inside.
    engine.execute(
        workstation,
        *("sh", "-c", script),
        options=("--privileged", "--user", "0"),
        commands=commands,
    ).checked(Code.SANDBOX_BROKEN, hint="grader doctor")


def _move(folder: str) -> str:
    place = f"{_PLACE}/{folder.replace('/', '-').lstrip('-')}"
    return f"cp -a {folder} {place} && mount --bind {place} {folder}"
