"""Exam sessions in the database; every step of a seat is one transaction together with its audit rows."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from grader.model.certification import Marks
from grader.model.clock import Moment, Stopwatch
from grader.model.errors import Code, GraderError, InFrench
from grader.model.session import ClosedBy, Seat, SeatState, SeatTask, Session, TaskState
from grader.model.text import Bilingual, Language
from grader.store.database import Database
from grader.store.rows import oldest_first, row_or_raise
from grader.store.tables import SeatRow, SeatTaskRow, SessionAuditRow, SessionRow


@dataclass(frozen=True)
class SessionEntry:
    """One recorded change; `task` is 0 for the seat itself, `from_state` "" for its creation."""

    seat: str
    task: int
    at: str
    who: str
    from_state: str
    to_state: str
    note: str


@dataclass(frozen=True)
class Reason:
    """Who changes a seat, when (RFC 3339 in UTC), and why in a few words."""

    who: str
    at: str
    note: str = ""


class SessionStore:
    """Keeps sessions and their seats.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, session: Session, seats: Sequence[Seat]) -> None:
        """Store a new session with all its seats."""
        with self._database.writing() as transaction:
            transaction.add(_session_row(session))
            transaction.flush()
            for place, seat in enumerate(seats, start=1):
                transaction.add(_seat_row(seat, place))
                transaction.flush()
                transaction.add_all(_task_row(seat.code, task) for task in seat.tasks)
                reason = Reason(session.who, session.created_at, session.exam)
                transaction.add(_audit_row(seat, 0, "", seat.state.value, reason))

    def taken(self, name: str) -> bool:
        """Whether a session or a seat has, or had, this name."""
        with self._database.reading() as transaction:
            return any(transaction.get(table, name) for table in (SessionRow, SeatRow))

    def get(self, session_id: str) -> Session:
        """One session. Raises GraderError session-unknown."""
        with self._database.reading() as transaction:
            unknown = GraderError(
                Code.SESSION_UNKNOWN,
                f"there is no session {session_id!r}",
                hint="grader exam list shows those there are",
            )
            return _session(row_or_raise(transaction, SessionRow, session_id, unknown))

    def all(self) -> Sequence[Session]:
        """Every session, the newest first."""
        newest_first = select(SessionRow).order_by(SessionRow.created_at.desc(), SessionRow.id)
        with self._database.reading() as transaction:
            return [_session(row) for row in transaction.scalars(newest_first)]

    def seats(self, session_id: str) -> Sequence[Seat]:
        """A session's seats, in the order in which the candidates were named."""
        in_order = select(SeatRow).where(SeatRow.session == session_id).order_by(SeatRow.place)
        with self._database.reading() as transaction:
            return [_seat(transaction, row) for row in transaction.scalars(in_order)]

    def seat(self, code: str) -> Seat:
        """One seat. Raises GraderError session-unknown."""
        with self._database.reading() as transaction:
            return _seat(transaction, _row(transaction, code))

    def find_seat(self, code: str) -> Seat | None:
        """One seat; None where there is none of this code."""
        with self._database.reading() as transaction:
            row = transaction.get(SeatRow, code)
            return _seat(transaction, row) if row else None

    def seat_of(self, attempt_id: str) -> Seat | None:
        """The seat that an attempt belongs to; None for one outside any session."""
        having = select(SeatTaskRow.seat).where(SeatTaskRow.attempt == attempt_id)
        with self._database.reading() as transaction:
            code = transaction.scalars(having).first()
            return _seat(transaction, _row(transaction, code)) if code else None

    def step(self, code: str, step: Callable[[Seat], Seat], reason: Reason) -> Seat:
        """Take a seat one step on: read, changed, stored and audited in one transaction.

        Args:
            code: The seat's.
            step: One of `grader.model.session_steps`; an error that it raises leaves all as it was.
            reason: For the audit rows. A step that changes no state gets one too where it has a note.
        """
        with self._database.writing() as transaction:
            row = _row(transaction, code)
            before = _seat(transaction, row)
            after = step(before)
            _write(transaction, row, before, after)
            transaction.add_all(_changes(before, after, reason))
            return after

    def trail(self, session_id: str) -> Sequence[SessionEntry]:
        """Every change of a session's seats, the oldest first."""
        with self._database.reading() as transaction:
            rows = oldest_first(transaction, SessionAuditRow, SessionAuditRow.session == session_id)
            return [
                SessionEntry(r.seat, r.task, r.at, r.who, r.from_state, r.to_state, r.note)
                for r in rows
            ]


def _changes(before: Seat, after: Seat, reason: Reason) -> Iterator[SessionAuditRow]:
    changed = False
    if before.state is not after.state:
        changed = True
        yield _audit_row(after, 0, before.state.value, after.state.value, reason)
    for old, new in zip(before.tasks, after.tasks, strict=True):
        if old.state is not new.state:
            changed = True
            yield _audit_row(after, new.place, old.state.value, new.state.value, reason)
    if reason.note and not changed:
        yield _audit_row(after, 0, before.state.value, after.state.value, reason)


def _write(transaction: Transaction, row: SeatRow, before: Seat, after: Seat) -> None:
    row.state = after.state.value
    row.paper = after.paper
    row.theory_extra_s = after.theory_extra_s
    row.watch_json = _watch_json(after.watch)
    row.credit_json = _watch_json(after.credit)
    for old, new in zip(before.tasks, after.tasks, strict=True):
        if old != new:
            transaction.merge(_task_row(after.code, new))


def _row(transaction: Transaction, code: str) -> SeatRow:
    unknown = GraderError(
        Code.SESSION_UNKNOWN,
        f"there is no exam with the code {code!r}",
        hint="take the code from the examiner's list: grader exam list",
        french=InFrench(
            f"il n’y a pas d’examen avec le code {code!r}",
            "prenez le code dans la liste de l’examinateur : grader exam list",
        ),
    )
    return row_or_raise(transaction, SeatRow, code, unknown)


def _seat(transaction: Transaction, row: SeatRow) -> Seat:
    in_order = select(SeatTaskRow).where(SeatTaskRow.seat == row.code).order_by(SeatTaskRow.place)
    return Seat(
        code=row.code,
        session=row.session,
        candidate=row.candidate,
        language=Language(row.language),
        seed=row.seed,
        state=SeatState(row.state),
        tasks=tuple(_task(task) for task in transaction.scalars(in_order)),
        watch=_watch(row.watch_json),
        credit=_watch(row.credit_json),
        paper=row.paper,
        theory_extra_s=row.theory_extra_s,
    )


def _task(row: SeatTaskRow) -> SeatTask:
    return SeatTask(
        place=row.place,
        scenario=row.scenario,
        limit_s=row.limit_s,
        weight=row.weight,
        seed=row.seed,
        state=TaskState(row.state),
        attempt=row.attempt,
        watch=_watch(row.watch_json),
        extra_s=row.extra_s,
        closed_by=ClosedBy(row.closed_by),
        late_s=row.late_s,
        begun_at=row.begun_at,
        closed_at=row.closed_at,
        tries=row.tries,
        trouble=row.trouble,
    )


def _task_row(code: str, task: SeatTask) -> SeatTaskRow:
    return SeatTaskRow(
        seat=code,
        place=task.place,
        scenario=task.scenario,
        limit_s=task.limit_s,
        weight=task.weight,
        seed=task.seed,
        state=task.state.value,
        attempt=task.attempt,
        watch_json=_watch_json(task.watch),
        extra_s=task.extra_s,
        closed_by=task.closed_by.value,
        late_s=task.late_s,
        begun_at=task.begun_at,
        closed_at=task.closed_at,
        tries=task.tries,
        trouble=task.trouble,
    )


def _seat_row(seat: Seat, place: int) -> SeatRow:
    return SeatRow(
        code=seat.code,
        session=seat.session,
        place=place,
        candidate=seat.candidate,
        language=seat.language.value,
        seed=seat.seed,
        state=seat.state.value,
        paper=seat.paper,
        theory_extra_s=seat.theory_extra_s,
        watch_json=_watch_json(seat.watch),
        credit_json=_watch_json(seat.credit),
    )


def _session_row(session: Session) -> SessionRow:
    return SessionRow(
        id=session.id,
        exam=session.exam,
        title_fr=session.title.fr,
        title_en=session.title.en,
        **asdict(session.marks),
        theory_minutes=session.theory_minutes,
        provider=session.provider,
        scenarios_folder=session.scenarios_folder,
        created_at=session.created_at,
        who=session.who,
    )


def _session(row: SessionRow) -> Session:
    return Session(
        id=row.id,
        exam=row.exam,
        title=Bilingual(row.title_fr, row.title_en),
        marks=Marks(row.theory_weight, row.practical_weight, row.theory_pass, row.practical_pass),
        theory_minutes=row.theory_minutes,
        provider=row.provider,
        scenarios_folder=row.scenarios_folder,
        created_at=row.created_at,
        who=row.who,
    )


def _audit_row(
    seat: Seat, task: int, from_state: str, to_state: str, reason: Reason
) -> SessionAuditRow:
    return SessionAuditRow(
        session=seat.session,
        seat=seat.code,
        task=task,
        at=reason.at,
        who=reason.who,
        from_state=from_state,
        to_state=to_state,
        note=reason.note,
    )


def _watch_json(watch: Stopwatch) -> str:
    return json.dumps(asdict(watch))


def _watch(text: str) -> Stopwatch:
    stored = json.loads(text)
    at = stored["at"]
    return Stopwatch(stored["used_s"], Moment(**at) if at else None)
