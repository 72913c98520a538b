"""Alembic's entry: runs the migrations on the connection it is handed."""

from alembic import context

from warehouse import chain_tables  # noqa: F401 - declares its tables in the metadata
from warehouse.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
