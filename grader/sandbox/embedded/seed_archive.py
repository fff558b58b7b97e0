"""What a seed holds: the state of a sandbox whose services are healthy, packed, and laid out for another one.

That is the object store's data, the runtime's memory of its containers, the pods' own files and the services' data.
Credentials are made anew for each sandbox and never part of it; nor are logs, which the services begin again.
"""

from __future__ import annotations

import errno
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.sandbox.embedded.places import Places
from grader.sandbox.reset.origin import DATA, ORIGIN

# In the place of the attempt's folder, and of the node's.
_HERE, _NODE = "/@attempt@", "/@node@"
_RUNTIME = "embedded/node/runtime.json"
_FOLDERS = (
    "embedded/etcd",
    "embedded/node/kubelet",
    "embedded/node/containers",
    "embedded/node/files",
    "data",
)
# What it was like, which a reset goes back to.
_FILES = (f"embedded/{ORIGIN}", f"embedded/{DATA}")
# Of a file that ends in zeros, as the object store's do, the zeros are not kept.
_SIZE = "GRADER.size"


def pack(places: Places) -> bytes:
    """The sandbox's state as it is on the disk now; nobody may write meanwhile."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for folder in _FOLDERS:
            for path in _below(places.folder / folder):
                _add(archive, path, str(path.relative_to(places.folder)))
        for path in (places.folder / name for name in _FILES):
            if path.exists():
                _add(archive, path, str(path.relative_to(places.folder)))
        kept = _read(places.folder / _RUNTIME)
        for old, new in _names(places):
            kept = _moved(kept, old, new)
        _add_file(archive, _RUNTIME, json.dumps(kept).encode(), 0o600)
    return made.getvalue()


def lay_out(content: bytes, places: Places) -> None:
    """Put a packed state where the sandbox's programs look for it; nothing is there yet."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            target = places.folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if member.isdir():
                target.mkdir(exist_ok=True)
                target.chmod(member.mode)
            elif member.issym():
                target.symlink_to(member.linkname)
            else:
                _write(archive, member, target)
    runtime = places.folder / _RUNTIME
    kept = _read(runtime)
    for new, old in _names(places):
        kept = _moved(kept, old, new)
    runtime.write_text(json.dumps(kept), encoding="utf-8")


def running_containers(content: bytes) -> set[str]:
    """Ids of the containers that ran when a state was packed."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        stream = archive.extractfile(_RUNTIME)
        document = json.load(stream) if stream else {}
    return {one["id"] for one in document.get("containers") or () if one["state"] == _RUNNING}


# As the container runtime's interface numbers it.
_RUNNING = 1


def _below(folder: Path) -> Iterator[Path]:
    """A folder and all that it holds, each folder before what is in it; nothing where there is none."""
    if not folder.is_dir():
        return
    yield folder
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        elif path.is_symlink() or path.is_file():
            yield path


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    if path.is_symlink():
        member = tarfile.TarInfo(name)
        member.type, member.linkname = tarfile.SYMTYPE, str(path.readlink())
        archive.addfile(member)
    elif path.is_dir():
        member = tarfile.TarInfo(name)
        member.type, member.mode = tarfile.DIRTYPE, path.stat().st_mode & 0o7777
        archive.addfile(member)
    else:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            content = file.read(_end_of_data(file.fileno(), about.st_size))
        _add_file(archive, name, content, about.st_mode & 0o7777, about.st_size)


def _end_of_data(file: int, size: int) -> int:
    """Where the zeros begin at the latest that a file ends in, as far as its file system knows."""
    end = 0
    try:
        while end < size:
            end = os.lseek(file, os.lseek(file, end, os.SEEK_DATA), os.SEEK_HOLE)
    except OSError as error:
        if error.errno != errno.ENXIO:
            return size
        # There is no data after that.
    finally:
        os.lseek(file, 0, os.SEEK_SET)
    return end


def _add_file(
    archive: tarfile.TarFile, name: str, content: bytes, mode: int, size: int | None = None
) -> None:
    kept = content.rstrip(b"\0")
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(kept), mode
    member.pax_headers = {_SIZE: str(len(content) if size is None else size)}
    archive.addfile(member, io.BytesIO(kept))


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    stream = archive.extractfile(member)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(stream.read() if stream else b"")
        file.truncate(int(member.pax_headers[_SIZE]))
        os.fchmod(file.fileno(), member.mode)


def _names(places: Places) -> tuple[tuple[str, str], ...]:
    """What paths of a sandbox begin with, the longest first, and what stands for it in a seed."""
    return ((str(places.node_by_name), _NODE), (str(places.folder), _HERE))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _moved(value: Any, old: str, new: str) -> Any:
    """A JSON value with the paths below one folder moved below another."""
    if isinstance(value, str):
        return new + value.removeprefix(old) if _lies_in(value, old) else value
    if isinstance(value, list):
        return [_moved(one, old, new) for one in value]
    if isinstance(value, dict):
        return {name: _moved(one, old, new) for name, one in value.items()}
    return value


def _lies_in(text: str, folder: str) -> bool:
    return text == folder or text.startswith(f"{folder}/")
