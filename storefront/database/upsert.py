"""Writes rows whether or not there is one of their key, in one statement, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Changes = Callable[[Any], dict[str, Any]]
"""Given the columns of the row that was to be inserted, says what to set in the one that is there."""


def upsert(connection: Connection, table: Table, row: Mapping[str, Any], changes: Changes) -> None:
    """Insert a row; where its key is there already, change that row."""
    statement = _insert(connection, table).values(**row)
    key = [column.name for column in table.primary_key.columns]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changes(statement.excluded)))


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row, and return whether its key was not there yet. Who inserts the same one waits for the first."""
    statement = _insert(connection, table).values(**row).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key.columns)).first() is not None


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those rows whose key is not there yet."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), list(rows))


def _insert(connection: Connection, table: Table) -> Any:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table)
