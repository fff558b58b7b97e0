"""Exam sessions: seats, their tasks, and what changed them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("exam", sa.String(), nullable=False),
        sa.Column("title_fr", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("theory_weight", sa.Integer(), nullable=False),
        sa.Column("practical_weight", sa.Integer(), nullable=False),
        sa.Column("theory_pass", sa.Integer(), nullable=False),
        sa.Column("practical_pass", sa.Integer(), nullable=False),
        sa.Column("theory_minutes", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("scenarios_folder", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
    )
    op.create_table(
        "seats",
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("session", sa.String(), sa.ForeignKey("sessions.id"), nullable=False, index=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("candidate", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("watch_json", sa.String(), nullable=False),
        sa.Column("credit_json", sa.String(), nullable=False),
    )
    op.create_table(
        "seat_tasks",
        sa.Column("seat", sa.String(), sa.ForeignKey("seats.code"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("scenario", sa.String(), nullable=False),
        sa.Column("limit_s", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.String(), nullable=False, index=True),
        sa.Column("watch_json", sa.String(), nullable=False),
        sa.Column("extra_s", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("late_s", sa.Double(), nullable=False),
        sa.Column("begun_at", sa.String(), nullable=False),
        sa.Column("closed_at", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
    )
    op.create_table(
        "session_audit",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("session", sa.String(), sa.ForeignKey("sessions.id"), nullable=False, index=True),
        sa.Column("seat", sa.String(), sa.ForeignKey("seats.code"), nullable=False, index=True),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
    )
