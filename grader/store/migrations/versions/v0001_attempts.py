"""Attempts, submissions and audit rows: the tables that there were before there were migrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("scenario", sa.String(), nullable=False),
        sa.Column("scenarios_folder", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("candidate", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("ready_at", sa.String()),
        sa.Column("ended_at", sa.String()),
    )
    op.create_table(
        "submissions",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("attempt", sa.String(), sa.ForeignKey("attempts.id"), nullable=False, index=True),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("max_points", sa.Integer(), nullable=False),
        sa.Column("evidence_path", sa.String(), nullable=False),
        sa.Column("evidence_digest", sa.String(), nullable=False),
        sa.Column("result_json", sa.String(), nullable=False),
    )
    op.create_index(
        "one_final_submission",
        "submissions",
        ["attempt"],
        unique=True,
        sqlite_where=sa.text("final IS 1"),
        postgresql_where=sa.text("final IS true"),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("attempt", sa.String(), sa.ForeignKey("attempts.id"), nullable=False, index=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
    )
