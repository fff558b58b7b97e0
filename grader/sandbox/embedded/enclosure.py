"""Keeps a workstation's own file system and network for a candidate's shell, without root and without an engine.

A program of its own, with nothing but the standard library:

    python -IS enclosure.py hold SPEC.json             keep the place, until ended
    python -IS enclosure.py try                        exit code 0 where this machine allows it

What enters it is `enter.py`.

The place is made of user, process, mount, host name and network namespaces: /home/ubuntu, /backups, /archives and
/var/log are the workstation's, programs are this machine's, read-only, and of the rest of this machine nothing is there:
no file, and no process. Its network is a loopback of its own with one port on it, the API server's.

Who holds it is two: the one that was started waits, and the first process of the place does the rest. When that ends,
all that runs in the place ends with it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import platform
import signal
import socket
import struct
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

_NEW_MOUNTS, _NEW_NAME, _NEW_USER = 0x00020000, 0x04000000, 0x10000000
_NEW_PROCESSES, _NEW_NETWORK = 0x20000000, 0x40000000
_BIND, _RECURSIVE, _PRIVATE, _READ_ONLY, _REMOUNT = 0x1000, 0x4000, 0x40000, 0x1, 0x20
_NO_SUID, _NO_DEVICES, _NO_PROGRAMS = 0x2, 0x4, 0x8
_DETACH = 2
_SET_DUMPABLE, _SET_DEATH_SIGNAL = 4, 1
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
_USER = 1000
# Folders of this machine that hold programs; what is not there is left out.
_PROGRAMS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix")
# What programs need of /etc; the rest of it is this machine's own affair.
_SETTINGS = (
    *("alternatives", "bash.bashrc", "bash_completion.d", "ca-certificates", "hosts", "inputrc"),
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nanorc"),
    *("nsswitch.conf", "pki", "protocols", "services", "ssl", "terminfo", "vim"),
)
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_CHUNK = 65536

_library = ctypes.CDLL(None, use_errno=True)


def main(arguments: list[str]) -> int:
    """Do what the first argument says."""
    if arguments[0] == "try":
        _become_master()
        _leave_the_rest()
        _mount("tmpfs", "/tmp", "tmpfs", 0)  # noqa: S108 - in a namespace of its own
        return 0
    return _hold(json.loads(Path(arguments[1]).read_text(encoding="utf-8")))


def _hold(spec: dict[str, Any]) -> int:
    """Have the place made, say so, and wait for its end."""
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    _become_master()
    made, says = os.pipe()
    first = os.fork()
    if first == 0:
        os.close(made)
        _keep(spec, says)
    os.close(says)
    if os.read(made, 1):
        ready = Path(spec["holder"])
        partial = ready.with_name(f"{ready.name}.partial")
        partial.write_text(str(first), encoding="utf-8")
        partial.rename(ready)
    return os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 0xFF


def _keep(spec: dict[str, Any], says: int) -> NoReturn:
    """Be the first process of the place: make it, and keep it."""
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    # What others leave behind becomes a child of this one.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # It lies outside of the place, and is reached through what was opened before.
    sockets = os.open(spec["server"][0], os.O_PATH)
    server = f"/proc/self/fd/{sockets}/{spec['server'][1]}"
    _leave_the_rest()
    socket.sethostname(spec["name"])
    _build(spec)
    _loopback()
    listener = socket.create_server(("127.0.0.1", spec["port"]), backlog=128)
    # Where the other one is no more, this ends here.
    os.write(says, b".")
    os.close(says)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_relay, args=(connection, server), daemon=True).start()


def _become_master() -> None:
    """Have a user namespace, and one for the processes that come next."""
    user, group = os.getuid(), os.getgid()
    _checked(_library.unshare(_NEW_USER | _NEW_PROCESSES), "unshare")
    # That made this process a secret to others, who have to find it.
    _prctl(_SET_DUMPABLE, 1)
    with suppress(FileNotFoundError):
        Path("/proc/self/setgroups").write_text("deny", encoding="utf-8")
    Path("/proc/self/gid_map").write_text(f"{_USER} {group} 1", encoding="utf-8")
    Path("/proc/self/uid_map").write_text(f"{_USER} {user} 1", encoding="utf-8")


def _leave_the_rest() -> None:
    """Have a file system, a host name and a network of one's own."""
    _checked(_library.unshare(_NEW_MOUNTS | _NEW_NAME | _NEW_NETWORK), "unshare")
    _mount("none", "/", "", _RECURSIVE | _PRIVATE)


def _build(spec: dict[str, Any]) -> None:
    """Put the file system together, and move into it."""
    root = Path(spec["root"])
    root.mkdir(exist_ok=True)
    _mount("tmpfs", str(root), "tmpfs", _NO_SUID | _NO_DEVICES, "mode=755,size=16m")
    for folder in _PROGRAMS:
        _show(Path(folder), root)
    for name in _SETTINGS:
        _show(Path("/etc") / name, root)
    for folder in spec["programs"]:
        if not folder.startswith("/usr/"):
            _show(Path(folder), root)
    (root / "dev").mkdir()
    for device in _DEVICES:
        (root / "dev" / device).touch()
        _mount(f"/dev/{device}", str(root / "dev" / device), "", _BIND)
    for name, target in (
        ("fd", "/proc/self/fd"),
        ("ptmx", "pts/ptmx"),
        ("stdin", "/proc/self/fd/0"),
    ):
        (root / "dev" / name).symlink_to(target)
    for name, number in (("stdout", 1), ("stderr", 2)):
        (root / "dev" / name).symlink_to(f"/proc/self/fd/{number}")
    (root / "dev/pts").mkdir()
    _mount("/dev/pts", str(root / "dev/pts"), "", _BIND | _RECURSIVE)
    (root / "proc").mkdir()
    _show_processes(str(root / "proc"))
    for here, there in spec["folders"]:
        _place(Path(here), root / there.lstrip("/"))
    for there, size in spec["disks"]:
        target = root / there.lstrip("/")
        _mount("tmpfs", str(target), "tmpfs", _NO_SUID | _NO_DEVICES, f"mode=755,size={size}")
    _move_into(root)


def _show_processes(target: str) -> None:
    try:
        _mount("proc", target, "proc", _NO_SUID | _NO_DEVICES | _NO_PROGRAMS)
    except OSError:
        # Where part of this machine's own is hidden, as in a container, nobody may look at it anew.
        _mount("/proc", target, "", _BIND | _RECURSIVE)


def _show(folder: Path, root: Path) -> None:
    """Show a folder of this machine at the same path, read-only."""
    target = root / str(folder).lstrip("/")
    if folder.is_symlink():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(folder.readlink())
        return
    if folder.exists() and not target.exists():
        _place(folder, target)
        _freeze(target)


def _place(folder: Path, target: Path) -> None:
    if folder.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    _mount(str(folder), str(target), "", _BIND | _RECURSIVE)


def _freeze(target: Path) -> None:
    """Make a mount and all below it read-only."""
    attributes = struct.pack("QQQQ", _READ_ONLY, 0, 0, 0)
    done = _library.syscall(
        _MOUNT_SETATTR,
        _AT_FDCWD,
        str(target).encode(),
        _AT_RECURSIVE,
        attributes,
        ctypes.c_size_t(len(attributes)),
    )
    if done != 0:
        # Before Linux 5.12: the mount itself, with the flags that it must keep.
        kept = os.statvfs(target).f_flag & (_NO_SUID | _NO_DEVICES | os.ST_NOEXEC)
        _mount("none", str(target), "", _BIND | _REMOUNT | _READ_ONLY | kept)


def _move_into(root: Path) -> None:
    old = root / "old"
    old.mkdir()
    number = _PIVOT_ROOT[platform.machine()]
    _checked(_library.syscall(number, str(root).encode(), str(old).encode()), "pivot_root")
    os.chdir("/")
    _checked(_library.umount2(b"/old", _DETACH), "umount")
    Path("/old").rmdir()
    # What is mounted in it stays as it is; what lies between belongs to nobody who works here.
    _mount("none", "/", "", _BIND | _REMOUNT | _READ_ONLY | _NO_SUID | _NO_DEVICES)


def _loopback() -> None:
    with socket.socket() as asking:
        request = bytearray(struct.pack("16sh22x", b"lo", 0))
        fcntl.ioctl(asking, _GET_FLAGS, request)
        flags = struct.unpack_from("h", request, 16)[0] | _UP
        fcntl.ioctl(asking, _SET_FLAGS, struct.pack("16sh22x", b"lo", flags))


def _relay(connection: socket.socket, server: str) -> None:
    """Join a connection to the API server's socket, which leads out of the place."""
    with connection, socket.socket(socket.AF_UNIX) as target:
        # An answer comes in small pieces. Without this a piece waits until the one before is acknowledged, which the
        # other side puts off for 40 ms.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            target.connect(server)
        except OSError:
            return
        back = threading.Thread(target=_copy, args=(target, connection), daemon=True)
        back.start()
        _copy(connection, target)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_CHUNK):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    done = _library.mount(
        source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()
    )
    _checked(done, f"mount {source} at {target}")


def _prctl(what: int, value: int) -> None:
    _checked(_library.prctl(what, value, 0, 0, 0), "prctl")


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno() or errno.EPERM
        raise OSError(number, f"{what}: {os.strerror(number)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
