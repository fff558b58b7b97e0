"""Writes image layers: tar files whose bytes depend on their content alone."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layer:
    """An uncompressed layer on disk; `digest` is "sha256:<hex>" of the tar."""

    path: Path
    digest: str


@dataclass(frozen=True)
class Member:
    """One file of a layer: from `source`, or with `content`, or a link to `target`.

    A member with none of the three is a folder.
    """

    name: str
    mode: int = 0o755
    source: Path | None = None
    content: bytes | None = None
    target: str | None = None
    owner: int = 0


def write_members(path: Path, members: Iterable[Member]) -> Layer:
    """A layer of these members, parents before children."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for member in sorted(members, key=lambda m: m.name.split("/")):
            info = tarfile.TarInfo(member.name)
            info.mode = member.mode
            info.uid = info.gid = member.owner
            if member.target is not None:
                info.type, info.linkname = tarfile.SYMTYPE, member.target
                tar.addfile(info)
            elif member.source is not None:
                info.size = member.source.stat().st_size
                with member.source.open("rb") as stream:
                    tar.addfile(info, stream)
            elif member.content is not None:
                info.size = len(member.content)
                tar.addfile(info, io.BytesIO(member.content))
            else:
                info.type = tarfile.DIRTYPE
                tar.addfile(info)
    return finished(path)


def write_tree(
    path: Path, root: Path, leave_out: Callable[[str], bool] = lambda _n: False
) -> Layer:
    """A layer of everything below `root` with owners and modes, times set to zero.

    Args:
        path: The layer's file.
        root: The folder that becomes "/".
        leave_out: Told a name such as "usr/share/doc"; True leaves it and all below it out.
    """
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        _add_below(tar, root, root, leave_out)
    return finished(path)


def finished(path: Path) -> Layer:
    """The layer in an existing tar file."""
    with path.open("rb") as stream:
        return Layer(path, f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}")


def members_below(root: Path, prefix: str = "") -> list[Member]:
    """The files and folders below `root` as members; a file anyone may run keeps that."""
    found = []
    for source in sorted(root.rglob("*")):
        name = (prefix + source.relative_to(root).as_posix()).lstrip("/")
        if source.is_dir():
            found.append(Member(name))
        else:
            runnable = source.stat().st_mode & stat.S_IXUSR
            found.append(Member(name, 0o755 if runnable else 0o644, source=source))
    return found


def _add_below(
    tar: tarfile.TarFile, folder: Path, root: Path, leave_out: Callable[[str], bool]
) -> None:
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        source = Path(entry.path)
        name = source.relative_to(root).as_posix()
        if leave_out(name) or stat.S_ISSOCK(entry.stat(follow_symlinks=False).st_mode):
            continue
        info = tar.gettarinfo(str(source), name)
        info.mtime = 0
        info.uname = info.gname = ""
        if info.isreg():
            with source.open("rb") as stream:
                tar.addfile(info, stream)
        else:
            tar.addfile(info)
        if entry.is_dir(follow_symlinks=False):
            _add_below(tar, source, root, leave_out)
