"""All that attempts lean on: a place for files, the database, providers, and the judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from grader.exam.judge import Judge
from grader.exam.moment import moment

if TYPE_CHECKING:
    from grader.model.clock import Moment
    from grader.sandbox.protocol import Choice, Provider
    from grader.store.attempts import AttemptStore
    from grader.store.database import Database
    from grader.store.sessions import SessionStore
    from grader.store.submissions import SubmissionStore

ATTEMPTS = "attempts"
RESULTS = "results"
SESSIONS = "sessions"
DATABASE = "grader.db"


def _quiet(_message: str) -> None:
    """Say nothing."""


def _unattended(_session: str) -> None:
    """Let nobody keep a session's time."""


def _plenty() -> int:
    """More memory than anybody needs."""
    return 1 << 20


@dataclass(frozen=True)
class Surroundings:
    """What the work on attempts needs; the product's own come from `grader.exam.real.real_surroundings`.

    Attributes:
        home: The folder of all files.
        scenarios: The folder of scenarios for attempts that name no other.
        choose: Says which provider to take, and why, for the name that was given or None.
        provider_named: Finds a provider by name, or chooses one for None.
        judge: Reads scenarios and judges sandboxes.
        who: The user at whose command things happen, for the audit rows.
        database_url: The PostgreSQL database to use instead of a file in `home`; "" for the file.
        say: Told, in words for a person, what goes on beside the phases.
        clock: Tells the moment.
        keep: Has a process keep a session's time, where none does.
        free_mib: Memory that this machine has left.
        processors: How many this machine has.
    """

    home: Path
    scenarios: Path
    choose: Callable[[str | None], Choice]
    provider_named: Callable[[str | None], Provider]
    judge: Judge
    who: str
    say: Callable[[str], None] = field(default=_quiet)
    database_url: str = ""
    clock: Callable[[], Moment] = moment
    keep: Callable[[str], None] = _unattended
    free_mib: Callable[[], int] = _plenty
    processors: int = 64

    # The store's modules load SQLAlchemy, which takes longer than most commands: only when it is needed.

    @cached_property
    def database(self) -> Database:
        """The database, opened (and made, where it is missing) at first use."""
        from grader.store.database import Database  # noqa: PLC0415 - see above

        return Database(self.database_url or self.home / DATABASE)

    @cached_property
    def attempts(self) -> AttemptStore:
        """Attempts in the database."""
        from grader.store.attempts import AttemptStore  # noqa: PLC0415 - see above

        return AttemptStore(self.database)

    @cached_property
    def submissions(self) -> SubmissionStore:
        """Judgings in the database."""
        from grader.store.submissions import SubmissionStore  # noqa: PLC0415 - see above

        return SubmissionStore(self.database)

    @cached_property
    def sessions(self) -> SessionStore:
        """Exam sessions in the database."""
        from grader.store.sessions import SessionStore  # noqa: PLC0415 - see above

        return SessionStore(self.database)

    @property
    def untouched(self) -> bool:
        """Whether there never was an attempt on this machine, told without opening the database."""
        return not self.database_url and not (self.home / DATABASE).exists()

    def folder_of(self, attempt_id: str) -> Path:
        """The folder of a sandbox's files; it goes when the sandbox goes."""
        return self.home / ATTEMPTS / attempt_id

    def results_of(self, attempt_id: str) -> Path:
        """The folder of what is kept: evidence, baseline, report."""
        return self.home / RESULTS / attempt_id

    def folder_of_session(self, session_id: str) -> Path:
        """The folder of what keeps a session's time: locks and logs."""
        return self.home / SESSIONS / session_id
