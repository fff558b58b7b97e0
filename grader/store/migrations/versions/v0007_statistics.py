"""What the page about a cohort needs of each signed result, beside it: thousands of them are not read anew for a page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; of older results it is filled when they are first asked for."""
    op.add_column("certifications", sa.Column("statistics", sa.String(), nullable=True))
