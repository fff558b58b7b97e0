"""Databases of other versions of the grader."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from grader.model.errors import Code, GraderError
from grader.store.attempts import AttemptStore
from grader.store.audit import audit_trail
from grader.store.database import Database
from grader.store.engine import WRITING, postgresql_engine, postgresql_url, sqlite_engine
from grader.store.submissions import SubmissionStore
from grader.store.tables import SCHEMA_VERSION, Table

from .samples import ERROR_RECEIPT, RECEIPT

BEFORE_STEPS = Path(__file__).with_name("version_1.sql")
STEPS = ScriptDirectory("grader/store/migrations")


def _stepwise(place: Path | str, last: str = "head") -> None:
    """Make a database by the steps alone, as one that was there from the first grader on."""
    engine = (
        sqlite_engine(place)
        if isinstance(place, Path)
        else postgresql_engine(postgresql_url(place))
    )
    config = Config()
    config.set_main_option("script_location", "grader:store/migrations")
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, last)
        if isinstance(place, Path):
            number = int(last) if last.isdigit() else SCHEMA_VERSION
            connection.exec_driver_sql(f"PRAGMA user_version={number}")


def test_steps_lead_to_the_tables(place: Path | str) -> None:
    """A database that went through all steps has the very tables that a new one is made with."""
    _stepwise(place)
    with Database(place).reading() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, Table.metadata) == []


def test_version_is_the_last_step() -> None:
    """The version that databases are stamped with is the last of the steps, which form one line."""
    numbers = [step.revision for step in STEPS.walk_revisions()]
    assert numbers == [f"{number:04}" for number in range(SCHEMA_VERSION, 0, -1)]


def test_from_before_there_were_steps(tmp_path: Path) -> None:
    """A file of the grader before there were steps is brought up to date, and all in it is kept."""
    file = tmp_path / "grader.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(BEFORE_STEPS.read_text(encoding="utf-8"))
    connection.close()
    database = Database(file)
    (attempt,) = AttemptStore(database).all()
    assert attempt.candidate == "Zoé Lefèvre"
    assert SubmissionStore(database).all(attempt.id) == [ERROR_RECEIPT, RECEIPT]
    assert [entry.to_state for entry in audit_trail(database, attempt.id)] == [
        "starting",
        "ready",
        "ready",
        "submitted",
    ]
    with database.reading() as session:
        assert session.execute(text("PRAGMA user_version")).scalar_one() == SCHEMA_VERSION


def test_newer_is_refused(place: Path | str) -> None:
    """A database that a newer grader made is left alone; the error says both versions and what to do."""
    database = Database(place)
    with database.writing() as session:
        stamp = text("UPDATE alembic_version SET version_num = :newer")
        session.execute(stamp, {"newer": f"{SCHEMA_VERSION + 1:04}"})
        if isinstance(place, Path):
            session.execute(text(f"PRAGMA user_version={SCHEMA_VERSION + 1}"))
    with pytest.raises(GraderError) as caught:
        Database(place)
    assert caught.value.code is Code.STORE_BROKEN
    assert f"version {SCHEMA_VERSION + 1}," in caught.value.what
    assert f"version {SCHEMA_VERSION}" in caught.value.what
    assert caught.value.where == database.where
    assert "update the grader" in (caught.value.hint or "")
