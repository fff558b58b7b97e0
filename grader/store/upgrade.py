"""Brings a database to the shape of tables that this grader reads, without losing what is in it."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

from grader.model.errors import Code, GraderError
from grader.store.engine import WRITING
from grader.store.tables import SCHEMA_VERSION, Table

_STAMP = """CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)"""


def bring_up_to_date(engine: Engine, where: str) -> None:
    """Make the tables of a new database, or take an older one through the steps that it lacks.

    All steps are one transaction: a grader that is killed in the middle leaves the older database.

    Raises:
        GraderError: store-broken, where a newer grader made the database.
    """
    with engine.begin() as connection:
        if _version(connection) == SCHEMA_VERSION:
            return
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        # Looked at again now that no other process can be in the middle of it.
        found = _version(connection)
        if found > SCHEMA_VERSION:
            raise _newer(found, where)
        if found == 0:
            Table.metadata.create_all(connection)
            connection.execute(text(_STAMP))
            _stamp(connection)
        elif found < SCHEMA_VERSION:
            _take_steps(connection, found)
        _mark(connection)


def _version(connection: Connection) -> int:
    """The number of the last step that a database went through; 0 for an empty one."""
    if connection.dialect.name == "sqlite":
        # One number in the file's head, which graders from before there were steps read too.
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if not inspect(connection).has_table("alembic_version"):
        return 0
    return int(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _take_steps(connection: Connection, found: int) -> None:
    from alembic import command  # noqa: PLC0415 - a tenth of a second, and hardly ever needed
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", "grader:store/migrations")
    config.attributes["connection"] = connection
    if not inspect(connection).has_table("alembic_version"):
        command.stamp(config, f"{found:04}")
    command.upgrade(config, f"{SCHEMA_VERSION:04}")


def _stamp(connection: Connection) -> None:
    connection.execute(
        text("INSERT INTO alembic_version VALUES (:number)"), {"number": f"{SCHEMA_VERSION:04}"}
    )


def _mark(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def _newer(found: int, where: str) -> GraderError:
    return GraderError(
        Code.STORE_BROKEN,
        f"the database has version {found}, this grader reads up to version {SCHEMA_VERSION}",
        where=where,
        hint="update the grader, or set GRADER_HOME to another folder",
    )
