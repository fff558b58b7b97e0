"""The time that a candidate was given for the theory paper in addition."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; nobody was given any before."""
    extra = sa.Column("theory_extra_s", sa.Integer(), nullable=False, server_default="0")
    with op.batch_alter_table("seats") as seats:
        seats.add_column(extra)
