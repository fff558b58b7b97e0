"""Decisions about checks that ended in an error, and signed results of whole exams."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("attempt", sa.String(), sa.ForeignKey("attempts.id"), nullable=False, index=True),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
    )
    op.create_table(
        "certifications",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("paper", sa.String(), sa.ForeignKey("papers.id"), nullable=False, index=True),
        sa.Column("candidate", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("issued_at", sa.String(), nullable=False),
        sa.Column("signed", sa.String(), nullable=False),
    )
