"""Writes rows whether or not there is one of their key, in one statement, on SQLite and on PostgreSQL.

Statements are built once: building one takes longer than executing it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Changes = Callable[[Any], dict[str, Any]]
"""Given the columns of the row that was to be inserted, says what to set in the one that is there. Not a closure."""


def upsert(connection: Connection, table: Table, row: Mapping[str, Any], changes: Changes) -> None:
    """Insert a row; where its key is there already, change that row."""
    connection.execute(_upsert(connection.dialect.name, table, changes), dict(row))


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row, and return whether its key was not there yet. Who inserts the same one waits for the first."""
    return connection.execute(_insert_new(connection.dialect.name, table), dict(row)).first() is not None


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those rows whose key is not there yet."""
    if rows:
        connection.execute(_insert(connection.dialect.name, table).on_conflict_do_nothing(), list(rows))


@cache
def _upsert(dialect: str, table: Table, changes: Changes) -> Any:
    statement = _insert(dialect, table)
    key = [column.name for column in table.primary_key.columns]
    return statement.on_conflict_do_update(index_elements=key, set_=changes(statement.excluded))


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key.columns)


def _insert(dialect: str, table: Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
