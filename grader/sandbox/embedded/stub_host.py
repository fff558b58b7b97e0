"""Forks the services' processes for the simulated node; a program of its own, with nothing but the standard library.

The stub program is imported once and forked for every container: a service starts in a few milliseconds and shares
the interpreter's memory with the fourteen others. What makes it that container - its environment, the paths of its
mounts, its host name, its network - is put in place after the fork, below the stub program, which runs unchanged.

Orders come as lines of JSON on standard input, a socket; an order to start brings the process's two outputs with it.

    python -IS stub_host.py FOLDER-OF-THE-STUB-PROGRAM
"""

from __future__ import annotations

import ctypes
import errno
import gc
import json
import os
import pathlib
import selectors
import signal
import socket
import sys
from contextlib import suppress
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1
_LONGEST = 1 << 20
_BACKLOG = 128
_SLOWEST_S = 30.0
_IMAGE_DATA = "/data"
# Of the kernel's: there nothing is found, and nobody, not even root, makes a file.
_UNWRITABLE = "/sys/fs"
_NOWHERE = "/proc/nowhere"


def main(folder: str) -> int:
    """Serve orders until the node goes."""
    sys.path.insert(0, folder)
    # As the stub program does itself, to spare memory.
    sys.modules["_hashlib"] = None  # type: ignore[assignment]
    from pivori_stub import configuration, identity, main, server  # noqa: F401, PLC0415

    catalogue = identity.load()
    identity.load = lambda path=None: catalogue  # noqa: ARG005 - who asks never names another
    # Collected objects would be written to in every child, and their memory no longer be shared.
    gc.collect()
    gc.freeze()
    return _Host(socket.socket(fileno=0)).run()


class _Host:
    """Forks, signals and collects processes as it is told."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._received = b""
        self._outputs: list[int] = []
        self._running: dict[int, str] = {}

    def run(self) -> int:
        wakeup, sender = os.pipe()
        os.set_blocking(wakeup, False)
        os.set_blocking(sender, False)
        signal.set_wakeup_fd(sender)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        with selectors.DefaultSelector() as selector:
            selector.register(self._orders, selectors.EVENT_READ)
            selector.register(wakeup, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._orders:
                        if not self._receive():
                            return 0
                    else:
                        with suppress(BlockingIOError):
                            os.read(wakeup, 4096)
                self._collect()

    def _receive(self) -> bool:
        piece, descriptors, _, _ = socket.recv_fds(self._orders, _LONGEST, 16)
        self._outputs += descriptors
        if not piece:
            return False
        *lines, self._received = (self._received + piece).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if order["do"] == "start":
                self._start(order)
            else:
                self._signal(order)
        return True

    def _start(self, order: dict[str, Any]) -> None:
        outputs = [self._outputs.pop(0), self._outputs.pop(0)]
        pid, problem = -1, ""
        host = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            problem = str(error)
        if pid == 0:
            _become(host, order, outputs)
        for descriptor in outputs:
            os.close(descriptor)
        if not problem:
            self._running[pid] = order["id"]
        self._say(id=order["id"], event="started", pid=max(pid, 0), error=problem)

    def _signal(self, order: dict[str, Any]) -> None:
        for pid, container in self._running.items():
            if container == order["id"]:
                # Not yet collected: the number can't be another's.
                with suppress(ProcessLookupError):
                    os.kill(pid, order["signal"])

    def _collect(self) -> None:
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0
            self._say(id=self._running.pop(pid), event="ended", code=code, signal=number)

    def _say(self, **words: object) -> None:
        self._orders.sendall(json.dumps(words).encode() + b"\n")


def _become(host: int, order: dict[str, Any], outputs: list[int]) -> NoReturn:
    """Be the container's process, in a child that was just forked."""
    code = 1
    try:
        _die_with(host)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nothing = os.open("/dev/null", os.O_RDONLY)
        for target, source in enumerate([nothing, *outputs]):
            os.dup2(source, target)
        os.closerange(3, 4096)
        os.setsid()
        os.environ.clear()
        os.environ.update(order["environment"])
        _move_files(order["mounts"])
        _name_host(order["hostname"])
        _move_network(order)
        sys.argv = ["/app/serve.py"]
        code = _serve()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException as error:  # noqa: BLE001 - it goes where a traceback would go
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def _serve() -> int:
    """What the image's /app/serve.py does."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    from pivori_stub.main import main as serve  # noqa: PLC0415 - imported before the fork

    return serve(os.environ)


def _die_with(host: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # A host that was killed before that sent nothing.
    if os.getppid() != host:
        os._exit(1)


class _MountedPath(pathlib.PosixPath):
    """A path in the container: it reads as such, and opens what is mounted there."""

    mounts: dict[str, str]

    def __fspath__(self) -> str:
        return _on_machine(str(self), type(self).mounts)


def _on_machine(path: str, mounts: dict[str, str]) -> str:
    """Where a path of the container lies on this machine.

    Where nothing is mounted at it, /data is the image's own, in which nobody may write, and other paths are not there.
    """
    best = ""
    for mount in mounts:
        if (path == mount or path.startswith(mount.rstrip("/") + "/")) and len(mount) > len(best):
            best = mount
    if not best:
        image_has = path == _IMAGE_DATA or path.startswith(f"{_IMAGE_DATA}/")
        return _UNWRITABLE + path.removeprefix(_IMAGE_DATA) if image_has else _NOWHERE + path
    return mounts[best] + path.removeprefix(best)


def _move_files(mounts: dict[str, str]) -> None:
    from pivori_stub import main as program  # noqa: PLC0415 - imported before the fork

    _MountedPath.mounts = mounts
    vars(program)["Path"] = _MountedPath


def _name_host(name: str) -> None:
    real = os.uname()

    class Name:
        sysname, nodename, release = real.sysname, name, real.release
        version, machine = real.version, real.machine

    os.uname = lambda: Name  # type: ignore[assignment, return-value]


def _move_network(order: dict[str, Any]) -> None:
    """Let the program listen in its pod's folder of sockets, and call out through the node."""
    from pivori_stub import client, server  # noqa: PLC0415 - imported before the fork

    folder = order["sockets"]

    def create_server(address: tuple[str, int], *, backlog: int = _BACKLOG) -> socket.socket:
        path = f"{folder}/{address[1]}"
        # A container that was killed leaves its socket; one that answers is another container's.
        with socket.socket(socket.AF_UNIX) as other:
            if other.connect_ex(path) == 0:
                raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        pathlib.Path(path).unlink(missing_ok=True)
        listener = _Listener(socket.AF_UNIX)
        listener.number = address[1]
        listener.bind(path)
        listener.listen(backlog)
        return listener

    def create_connection(address: tuple[str, int], timeout: float = _SLOWEST_S) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(timeout)
        try:
            connection.connect(order["network"])
            wanted = {"pod": order["pod"], "host": address[0], "port": address[1]}
            connection.sendall(json.dumps(wanted).encode() + b"\n")
            answer = json.loads(_line(connection))
        except BaseException:
            connection.close()
            raise
        if not answer:
            return connection
        connection.close()
        raise _refusal(answer)

    vars(server)["socket"] = _Instead(socket, create_server=create_server)
    vars(client)["socket"] = _Instead(socket, create_connection=create_connection)


class _Listener(socket.socket):
    """A listening socket that tells of the port it stands for."""

    number = 0

    def getsockname(self) -> tuple[str, int]:
        return ("0.0.0.0", self.number)  # noqa: S104 - what the program asked for, and nobody else hears


class _Instead:
    """A module with some of its functions replaced, for those who look it up under its name."""

    def __init__(self, module: object, **replaced: object) -> None:
        self._module = module
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _line(connection: socket.socket) -> bytes:
    received = b""
    while not received.endswith(b"\n"):
        # Byte by byte: what follows the line is the other side's.
        piece = connection.recv(1)
        if not piece:
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
        received += piece
    return received


def _refusal(answer: dict[str, Any]) -> OSError:
    name = answer.get("name")
    if name == "not-known":
        return socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if name:
        return socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    number = answer["number"]
    if number == errno.ETIMEDOUT:
        return TimeoutError(number, os.strerror(number))
    return OSError(number, os.strerror(number))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
