"""Connections to the two kinds of database, so that a transaction means the same in both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from grader.model.errors import Code, GraderError

BUSY_TIMEOUT_MS = 10_000
"""How long a transaction waits for another process's before it is an error."""

WRITER_LOCK = 0x67_72_61_64_65_72
"""The number of the lock that PostgreSQL gives to one writer at a time ("grader" in ASCII)."""

WRITING = {"writing": True}
"""Execution options of a transaction that alone may write."""


def sqlite_engine(path: Path) -> Engine:
    """Connections to a SQLite file in WAL mode."""
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
        # What is erased is overwritten in the file, not only left out.
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN DEFERRED")

    return engine


def postgresql_engine(url: URL) -> Engine:
    """Connections to a PostgreSQL server."""
    # No pool: most commands make one connection, and a web server's are few.
    engine = create_engine(url, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writing", False):
            # As in SQLite one writes at a time. What it reads after that is what the one before
            # left: PostgreSQL's own level, where each statement sees what is committed.
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    return engine


def postgresql_url(text: str) -> URL:
    """The address of a PostgreSQL database. Raises GraderError usage for anything else."""
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None or url.drivername not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise GraderError(
            Code.USAGE,
            "GRADER_DATABASE is not the address of a PostgreSQL database",
            where="GRADER_DATABASE",
            hint="GRADER_DATABASE=postgresql://USER:PASSWORD@HOST/NAME, or unset it for a file "
            "in GRADER_HOME",
        )
    return url.set(drivername="postgresql+psycopg")
