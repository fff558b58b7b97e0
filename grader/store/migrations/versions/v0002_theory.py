"""Theory papers and the answers given to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "papers",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("candidate", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("limit_s", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("closed_at", sa.String()),
        sa.Column("used_s", sa.Double(), nullable=False),
        sa.Column("boot", sa.String()),
        sa.Column("steady_s", sa.Double()),
        sa.Column("wall_s", sa.Double()),
        sa.Column("questions_json", sa.String(), nullable=False),
    )
    op.create_table(
        "given_answers",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("paper", sa.String(), sa.ForeignKey("papers.id"), nullable=False, index=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("chosen_json", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("used_s", sa.Double(), nullable=False),
    )
