"""What Alembic loads first: it runs the steps on the connection, and in the transaction, that it is given."""

from __future__ import annotations

from alembic import context

from grader.store.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    # SQLite changes a column by making the table anew.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
