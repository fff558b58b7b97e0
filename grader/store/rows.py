"""Rows as the stores read them: one by its key, or all of a kind in the order in which they were written."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import ColumnElement, ScalarResult, select
from sqlalchemy.orm import Session

from grader.model.errors import GraderError
from grader.store.tables import Numbered, Table

Row = TypeVar("Row", bound=Table)
NumberedRow = TypeVar("NumberedRow", bound=Numbered)


def row_or_raise(session: Session, table: type[Row], key: str, unknown: GraderError) -> Row:
    """The row with this key; where there is none, the error is raised."""
    row = session.get(table, key)
    if row is None:
        raise unknown
    return row


def oldest_first(
    session: Session, table: type[NumberedRow], *which: ColumnElement[bool]
) -> ScalarResult[NumberedRow]:
    """The rows that meet all conditions, in the order in which they were written."""
    return session.scalars(select(table).where(*which).order_by(table.number))
