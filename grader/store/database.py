"""Opens the database file, guards its version, and turns its errors into ones that a person can act on."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from grader.model.errors import Code, GraderError
from grader.store.tables import SCHEMA_VERSION, Table

BUSY_TIMEOUT_MS = 10_000
"""How long a transaction waits for another process's before it is an error."""


class Database:
    """One SQLite file in WAL mode, which several processes may use at once.

    Args:
        path: The file; it and its folder are made (private to the user) where they are missing.

    Raises:
        GraderError: store-broken, where the file can't be opened or is of another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = _engine(path)
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _alone(path.with_suffix(".lock")):
                self._prepare()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one unchanging state of the database."""
        with self._told(), Session(self._engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that alone may write until the block ends; all of it is stored, or nothing."""
        with self._told(), Session(self._engine) as session, session.begin():
            session.connection(execution_options={"begin": "IMMEDIATE"})
            yield session

    def _prepare(self) -> None:
        if not self.path.exists():
            # Made by us so that it is private: SQLite gives a new file, and its WAL, the umask's mode.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with self._engine.begin() as connection:
            found = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            if found == 0:
                Table.metadata.create_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
            elif found != SCHEMA_VERSION:
                raise self._other_version(found)

    def _other_version(self, found: int) -> GraderError:
        mend = "move the file away, or set GRADER_HOME to another folder"
        return GraderError(
            Code.STORE_BROKEN,
            f"the database has version {found}, this grader reads version {SCHEMA_VERSION}",
            where=str(self.path),
            hint="update the grader" if found > SCHEMA_VERSION else mend,
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            cause = getattr(error, "orig", None) or error
            full = "disk is full" in str(cause) or getattr(cause, "errno", 0) == errno.ENOSPC
            raise GraderError(
                Code.DISK_FULL if full else Code.STORE_BROKEN,
                f"the grader's database can't be read or written: {cause}",
                where=str(self.path),
                hint="make room on that disk, then type the command again"
                if full
                else "see that the file is yours and whole, or set GRADER_HOME to another folder",
            ) from error


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    # Switching to WAL and creating the tables don't wait for each other in SQLite; here they do.
    descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _engine(path: Path) -> Engine:
    # No pool: a connection kept open would hold back the WAL of the other processes.
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # We begin transactions, below: the sqlite3 module begins late and never with IMMEDIATE.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine
