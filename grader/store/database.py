"""Opens the database, and turns its errors into ones that a person can act on."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grader.model.errors import Code, GraderError
from grader.store.engine import WRITING, postgresql_engine, postgresql_url, sqlite_engine
from grader.store.upgrade import bring_up_to_date

_FULL = ("disk is full", "No space left on device", "could not extend file")


class Database:
    """A SQLite file in WAL mode, or a PostgreSQL database; several processes may use it at once.

    Args:
        place: The file, or a PostgreSQL URL. A file and its folder are made (private to the user)
            where they are missing; a database of an older grader is brought up to date.

    Raises:
        GraderError: store-broken, where it can't be opened or a newer grader made it; usage, for
            an address of anything else.
    """

    def __init__(self, place: Path | str) -> None:
        self.place = place
        if isinstance(place, Path):
            self.where = str(place)
            self._engine = sqlite_engine(place)
        else:
            url = postgresql_url(place)
            self.where = url.render_as_string(hide_password=True)
            self._engine = postgresql_engine(url)
        with self._told(), _alone(place):
            bring_up_to_date(self._engine, self.where)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one unchanging state of the database."""
        with self._told(), Session(self._engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that alone may write until the block ends; all of it is stored, or nothing."""
        with self._told(), Session(self._engine) as session, session.begin():
            session.connection(execution_options=WRITING)
            yield session

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            cause = getattr(error, "orig", None) or error
            full = (
                any(words in str(cause) for words in _FULL)
                or getattr(cause, "errno", 0) == errno.ENOSPC
            )
            raise GraderError(
                Code.DISK_FULL if full else Code.STORE_BROKEN,
                f"the grader's database can't be read or written: {cause}",
                where=self.where,
                hint="make room on that disk, then type the command again" if full else self._mend,
            ) from error

    @property
    def _mend(self) -> str:
        if isinstance(self.place, Path):
            return "see that the file is yours and whole, or set GRADER_HOME to another folder"
        return "see that the server runs and GRADER_DATABASE names a database of yours"


@contextmanager
def _alone(place: Path | str) -> Iterator[None]:
    # Switching to WAL and creating the tables don't wait for each other in SQLite; here they do.
    if not isinstance(place, Path):
        yield
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(place.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not place.exists():
            # Made by us so that it is private: SQLite gives a new file, and its WAL, the umask's mode.
            os.close(os.open(place, os.O_CREAT | os.O_RDWR, 0o600))
        yield
    finally:
        os.close(descriptor)
