"""Writes a row whether or not there is one of its key, in one statement, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Changes = Callable[[Any], dict[str, Any]]
"""Given the columns of the row that was to be inserted, says what to set in the one that is there."""


def upsert(connection: Connection, table: Table, row: Mapping[str, Any], changes: Changes) -> None:
    """Insert a row; where its key is there already, change that row."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**row)
    key = [column.name for column in table.primary_key.columns]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changes(statement.excluded)))
