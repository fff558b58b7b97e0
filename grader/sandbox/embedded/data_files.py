"""The services' data of an embedded sandbox: told of, kept, and put back as it was."""

from __future__ import annotations

import errno
import fcntl
import io
import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from grader.sandbox.embedded.emptying import empty, make_accessible
from grader.sandbox.reset.origin import Listing
from grader.sandbox.waiting import wait_until

# A file's time of change to the nanosecond, which an archive's own header rounds.
_TIME = "GRADER.mtime_ns"
# A service keeps the lock of its folder for one write.
_LOCK_S = 30.0
_LOCK_PAUSE_S = 0.01
# For its owner, who is this user.
_READABLE = stat.S_IRUSR | stat.S_IXUSR


def list_data(folder: Path) -> Listing:
    """Every file and folder. A changed file differs, whatever its times are set to."""
    return {str(path.relative_to(folder)): _told(path) for path in _below(folder)}


def pack_data(folder: Path) -> bytes:
    """All of it as a tar archive, with rights and times."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in _below(folder):
            _add(archive, path, str(path.relative_to(folder)))
    return made.getvalue()


def restore_data(folder: Path, content: bytes, parts: Iterable[str]) -> None:
    """Put these parts of the data back as they are in an archive.

    The folders themselves stay, as running services have them open; what is in them is replaced. A service that
    starts meanwhile must not find its folder empty, which it would fill with samples: it waits for the folder's lock.

    Raises:
        TimeoutError: Somebody does not give the lock of a service's folder back.
    """
    wanted = set(parts)
    with ExitStack() as locks:
        for part in sorted(wanted):
            locks.enter_context(_locked(folder / part))
        _restore(folder, content, wanted)


def _restore(folder: Path, content: bytes, wanted: set[str]) -> None:
    for part in wanted:
        _clear(folder / part)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        members = [one for one in archive if Path(one.name).parts[0] in wanted]
        kept = {one.name for one in members}
        for member in members:
            _put(archive, member, folder / member.name)
    # Last, as a folder's rights may forbid to write into it.
    for member in members:
        if member.isdir():
            (folder / member.name).chmod(member.mode)
    for part in wanted - kept:
        # What was not there at the start has nothing to come back.
        if (folder / part).is_dir():
            (folder / part).rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep a service from its data, as it keeps other replicas; what is no folder nobody locks."""
    if folder.is_symlink() or not folder.is_dir():
        yield
        return
    make_accessible(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not wait_until(lambda: _got(descriptor), timeout_s=_LOCK_S, pause_s=_LOCK_PAUSE_S):
            raise TimeoutError(errno.ETIMEDOUT, "the data of a service is locked", str(folder))
        yield
    finally:
        os.close(descriptor)


def _got(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _below(folder: Path) -> Iterator[Path]:
    """All that a folder holds, each folder before what is in it; of one that may not be read or entered, nothing.

    Its own rights tell that it is not as it was.
    """
    if folder.lstat().st_mode & _READABLE != _READABLE:
        return
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)


def _told(path: Path) -> str:
    found = path.lstat()
    kind = stat.filemode(found.st_mode)[0].replace("-", "f")
    # Of what a seed holds nobody knows who made it: whoever lays it out owns it then.
    own = (found.st_uid, found.st_gid) == (os.geteuid(), os.getegid())
    owner = "own" if own else f"{found.st_uid}:{found.st_gid}"
    mode = f"{stat.S_IMODE(found.st_mode):o}"
    return f"{kind} {mode} {owner} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    found = path.lstat()
    member = tarfile.TarInfo(name)
    member.mode = stat.S_IMODE(found.st_mode)
    member.pax_headers = {_TIME: str(found.st_mtime_ns)}
    if path.is_symlink():
        member.type, member.linkname = tarfile.SYMTYPE, str(path.readlink())
        archive.addfile(member)
    elif path.is_dir():
        member.type = tarfile.DIRTYPE
        archive.addfile(member)
    else:
        content = path.read_bytes()
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        empty(path)
    else:
        path.unlink(missing_ok=True)


def _put(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    if member.isdir():
        target.mkdir(exist_ok=True)
        return
    if member.issym():
        target.symlink_to(member.linkname)
    else:
        stream = archive.extractfile(member)
        target.write_bytes(stream.read() if stream else b"")
        target.chmod(member.mode)
    time_ns = int(member.pax_headers[_TIME])
    os.utime(target, ns=(time_ns, time_ns), follow_symlinks=False)
