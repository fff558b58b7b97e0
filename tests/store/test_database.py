"""The database, whichever kind it is; and the file, where it is one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from grader.model.errors import Code, GraderError
from grader.store.attempts import AttemptStore
from grader.store.database import Database
from grader.store.tables import SCHEMA_VERSION, AttemptRow, AuditRow

from .samples import ATTEMPT


def test_made_privately(tmp_path: Path) -> None:
    """The database and its folder are made where they are missing, readable by their owner alone."""
    file = tmp_path / "home" / "grader.db"
    Database(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_write_ahead_log(tmp_path: Path) -> None:
    """The database is in WAL mode, so readers never wait for a writer."""
    Database(tmp_path / "grader.db")
    with sqlite3.connect(tmp_path / "grader.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_read_while_written(empty: Database) -> None:
    """A reader does not wait for a transaction that is not yet over, and sees the state before it."""
    store = AttemptStore(empty)
    with empty.writing() as session:
        session.add(AuditRow(attempt="x", at="", who="", from_state="", to_state="", note=""))
        assert store.all() == []
        session.rollback()


def test_reading_is_of_one_moment(empty: Database) -> None:
    """What is read in one session is of one moment, whatever is written meanwhile."""
    store = AttemptStore(empty)
    with empty.reading() as session:
        assert not session.scalars(select(AttemptRow)).all()
        store.create(ATTEMPT, who="examiner")
        assert not session.scalars(select(AttemptRow)).all()
    assert store.all() == [ATTEMPT]


@pytest.mark.parametrize("address", ["mysql://me@host/grader", "grader.db", "sqlite:///grader.db"])
def test_other_address(address: str) -> None:
    """An address of anything but PostgreSQL is refused, and the error shows one that is right."""
    with pytest.raises(GraderError) as caught:
        Database(address)
    assert caught.value.code is Code.USAGE
    assert "GRADER_DATABASE=postgresql://" in (caught.value.hint or "")


def test_password_is_not_told(tmp_path: Path) -> None:
    """A server that can't be reached gives store-broken with its address, but not the password."""
    with pytest.raises(GraderError) as caught:
        Database(f"postgresql://me:secret@/grader?host={tmp_path}")
    assert caught.value.code is Code.STORE_BROKEN
    assert "postgresql" in (caught.value.where or "")
    assert "secret" not in str(caught.value)
    assert "GRADER_DATABASE" in (caught.value.hint or "")


def test_version_is_stamped(tmp_path: Path) -> None:
    """A new file says which shape of the tables it has."""
    Database(tmp_path / "grader.db")
    with sqlite3.connect(tmp_path / "grader.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_not_a_database(tmp_path: Path) -> None:
    """A file that is something else gives store-broken, with its path."""
    file = tmp_path / "grader.db"
    file.write_text("this is no database, whatever its name says " * 100)
    with pytest.raises(GraderError) as caught:
        Database(file)
    assert caught.value.code is Code.STORE_BROKEN
    assert caught.value.where == str(file)


def test_no_folder_possible(tmp_path: Path) -> None:
    """A folder that can't be made gives store-broken, not an OSError."""
    (tmp_path / "home").write_text("a file is in the way")
    with pytest.raises(GraderError) as caught:
        Database(tmp_path / "home" / "grader.db")
    assert caught.value.code is Code.STORE_BROKEN


def test_full_disk(tmp_path: Path) -> None:
    """A full disk gives disk-full, and nothing of the transaction is stored."""
    database = Database(tmp_path / "grader.db")
    store = AttemptStore(database)
    with pytest.raises(GraderError) as caught:
        _fill(database)
    assert caught.value.code is Code.DISK_FULL
    assert store.all() == []


def test_nothing_of_a_failed_transaction(empty: Database) -> None:
    """What raises in the middle of a transaction stores nothing of it."""
    store = AttemptStore(empty)
    with pytest.raises(GraderError):
        store.create(ATTEMPT, who=None)  # type: ignore[arg-type]
    assert store.all() == []


def _fill(database: Database) -> None:
    with database.writing() as session:
        connection = session.connection()
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        connection.exec_driver_sql("CREATE TABLE big AS SELECT zeroblob(9999999)")
