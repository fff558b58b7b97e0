"""Empties a folder that a candidate could write to, whatever was put there and whatever rights it was given."""

from __future__ import annotations

import os
from pathlib import Path


def empty(folder: Path) -> None:
    """Take away all that a folder holds; it stays itself. One that is not there is fine.

    Links are taken away, never followed.

    Raises:
        OSError: Something can't be taken away, as where it is another user's.
    """
    try:
        held = _held(folder)
    except FileNotFoundError:
        return
    for entry in held:
        if entry.is_dir(follow_symlinks=False):
            empty(Path(entry.path))
            Path(entry.path).rmdir()
        else:
            Path(entry.path).unlink()


def make_accessible(folder: Path) -> None:
    """Let this user read, write and enter a folder of its own."""
    mode = folder.lstat().st_mode
    if mode & 0o700 != 0o700:  # noqa: PLR2004 - read, write and enter
        folder.chmod(mode & 0o7777 | 0o700)


def _held(folder: Path) -> list[os.DirEntry[str]]:
    make_accessible(folder)
    with os.scandir(folder) as entries:
        return list(entries)
