"""Attempts in the database; every change of state is one transaction together with its audit row."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.model.attempt import STATE_WORDS, TRANSITIONS, Attempt, AttemptState
from grader.model.errors import Code, GraderError, InFrench
from grader.model.text import Bilingual, Language
from grader.store.database import Database
from grader.store.rows import row_or_raise
from grader.store.tables import AttemptRow, AuditRow


@dataclass(frozen=True)
class Change:
    """A change of state as it is recorded.

    Attributes:
        to: The state to go to.
        who: The user at whose command it happens.
        at: RFC 3339, UTC.
        note: Why, in a few words; "" where the states say it all.
    """

    to: AttemptState
    who: str
    at: str
    note: str = ""


class AttemptStore:
    """Reads and changes attempts.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, attempt: Attempt, *, who: str) -> None:
        """Store a new attempt in its first state."""
        with self._database.writing() as session:
            note = f"{attempt.scenario} for {attempt.candidate or 'practice'}"
            create_within(session, attempt, who=who, note=note)

    def get(self, attempt_id: str) -> Attempt:
        """One attempt. Raises GraderError attempt-unknown."""
        with self._database.reading() as session:
            return attempt_of(_row(session, attempt_id))

    def exists(self, attempt_id: str) -> bool:
        """Whether an attempt has, or had, this id."""
        with self._database.reading() as session:
            return session.get(AttemptRow, attempt_id) is not None

    def all(self) -> Sequence[Attempt]:
        """Every attempt, the newest first."""
        newest_first = select(AttemptRow).order_by(AttemptRow.created_at.desc(), AttemptRow.id)
        with self._database.reading() as session:
            return [attempt_of(row) for row in session.scalars(newest_first)]

    def change(self, attempt_id: str, change: Change) -> Attempt:
        """Change an attempt's state; raises GraderError attempt-state where that may not follow."""
        with self._database.writing() as session:
            return change_within(session, attempt_id, change)


def create_within(session: Session, attempt: Attempt, *, who: str, note: str) -> None:
    """Store a new attempt in a transaction that does more."""
    session.add(_row_of(attempt))
    # The rows are not mapped to each other, so their order of writing is ours to keep.
    session.flush()
    change = Change(attempt.state, who, attempt.created_at, note)
    audit_within(session, attempt.id, None, change)


def change_within(session: Session, attempt_id: str, change: Change) -> Attempt:
    """Change an attempt's state in a transaction that does more; see `AttemptStore.change`."""
    row = _row(session, attempt_id)
    before = AttemptState(row.state)
    if change.to not in TRANSITIONS[before]:
        to = STATE_WORDS[change.to]
        why = Bilingual(f"elle ne peut pas passer à « {to.fr} »", f"it can't become {to.en}")
        raise refusal(attempt_id, before, why)
    row.state = change.to.value
    if change.to is AttemptState.READY:
        row.ready_at = change.at
    if change.to in {AttemptState.SUBMITTED, AttemptState.STOPPED} and row.ended_at is None:
        row.ended_at = change.at
    audit_within(session, attempt_id, before, change)
    return attempt_of(row)


def audit_within(
    session: Session, attempt_id: str, before: AttemptState | None, change: Change
) -> None:
    """Add the audit row of a change to the transaction that makes it; `before` is None for the creation."""
    session.add(
        AuditRow(
            attempt=attempt_id,
            at=change.at,
            who=change.who,
            from_state=before.value if before else "",
            to_state=change.to.value,
            note=change.note,
        )
    )


def refusal(attempt_id: str, state: AttemptState, why: Bilingual) -> GraderError:
    """The error of a step that an attempt's state does not allow, with what can be typed instead."""
    possible, stands = _POSSIBLE[state], STATE_WORDS[state]
    return GraderError(
        Code.ATTEMPT_STATE,
        f"attempt {attempt_id} is {stands.en}: {why.en}",
        where=f"attempt {attempt_id}",
        hint=possible.en.format(id=attempt_id),
        french=InFrench(
            f"tentative {attempt_id} ({stands.fr}) : {why.fr}", possible.fr.format(id=attempt_id)
        ),
    )


_POSSIBLE = {
    AttemptState.STARTING: Bilingual(
        "attendez qu’elle soit prête (grader status {id}), ou terminez-la : grader stop {id}",
        "wait until it is ready (grader status {id}), or end it with: grader stop {id}",
    ),
    AttemptState.READY: Bilingual(
        "grader task {id}, grader shell {id}, grader submit {id} ou grader stop {id}",
        "grader task {id}, grader shell {id}, grader submit {id} or grader stop {id}",
    ),
    AttemptState.RESETTING: Bilingual(
        "remettez-la au départ avec grader reset {id}, ou terminez-la : grader stop {id}",
        "bring it back with grader reset {id}, or end it with: grader stop {id}",
    ),
    AttemptState.SUBMITTED: Bilingual(
        "grader report {id} montre son résultat, grader stop {id} termine son environnement",
        "grader report {id} shows its result, grader stop {id} ends its sandbox",
    ),
    AttemptState.FAILED: Bilingual(
        "effacez ce qu’il en reste : grader stop {id}",
        "clear what is left of it with: grader stop {id}",
    ),
    AttemptState.STOPPING: Bilingual(
        "achevez avec : grader stop {id}", "finish with: grader stop {id}"
    ),
    AttemptState.STOPPED: Bilingual(
        "commencez-en une autre : grader start SCENARIO",
        "begin a new one with: grader start SCENARIO",
    ),
}


def attempt_of(row: AttemptRow) -> Attempt:
    """A row as the model's data."""
    return Attempt(
        id=row.id,
        scenario=row.scenario,
        scenarios_folder=row.scenarios_folder,
        seed=row.seed,
        candidate=row.candidate,
        language=Language(row.language),
        provider=row.provider,
        state=AttemptState(row.state),
        created_at=row.created_at,
        ready_at=row.ready_at,
        ended_at=row.ended_at,
    )


def _row_of(attempt: Attempt) -> AttemptRow:
    return AttemptRow(
        id=attempt.id,
        scenario=attempt.scenario,
        scenarios_folder=attempt.scenarios_folder,
        seed=attempt.seed,
        candidate=attempt.candidate,
        language=attempt.language.value,
        provider=attempt.provider,
        state=attempt.state.value,
        created_at=attempt.created_at,
        ready_at=attempt.ready_at,
        ended_at=attempt.ended_at,
    )


def _row(session: Session, attempt_id: str) -> AttemptRow:
    unknown = GraderError(
        Code.ATTEMPT_UNKNOWN,
        f"there is no attempt {attempt_id!r}",
        hint="grader status lists those there are",
        french=InFrench(
            f"il n’y a pas de tentative {attempt_id!r}", "grader status montre celles qu’il y a"
        ),
    )
    return row_or_raise(session, AttemptRow, attempt_id, unknown)
