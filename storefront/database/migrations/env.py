"""Alembic's entry: migrates the connection that `storefront.database.migrate` hands over."""

from alembic import context

from storefront.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter a table in place: Alembic copies it instead.
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
