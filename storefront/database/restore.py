"""Restores a database from a backup: checked before anything is touched, then in one transaction."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, select, text

from storefront.database.backup import AT_ONCE, FORMAT, MANIFEST, Manifest, Move, name_of, shop_tables
from storefront.database.connection import Database
from storefront.database.migrate import is_known, upgrade_within
from storefront.database.tables import applied_events

BLOCK = 1 << 20


class BadBackup(Exception):
    """The file is no backup, is damaged, or was made by a newer version. Nothing was changed."""


class NotEmpty(Exception):
    """The database holds something already. Nothing was changed."""


def check_backup(path: Path) -> Manifest:
    """Read a whole backup, and return what it holds. Raises `BadBackup`."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
            if manifest.format != FORMAT:
                raise BadBackup(f"its format is {manifest.format}, and this version reads {FORMAT}")
            for table, summary in manifest.tables.items():
                if _digest_of(archive, table) != summary.sha256:
                    raise BadBackup(f"{name_of(table)} in it is damaged")
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise BadBackup(f"it cannot be read: {error}") from error
    if not is_known(manifest.revision):
        raise BadBackup(f"a newer version made it (migration {manifest.revision})")
    return manifest


def restore(
    database: Database,
    path: Path,
    *,
    replace: bool = False,
    start: Callable[[int], Move] = lambda _: lambda _: None,
) -> Manifest:
    """Restore a backup, and bring its tables up to date. Raises `BadBackup`, `NotEmpty`, `DatabaseDown`.

    ``replace`` deletes what the database holds. ``start`` is told how many rows there are, and returns what is told of
    each part that is done.
    """
    manifest = check_backup(path)
    with zipfile.ZipFile(path) as archive, database.rebuild() as connection:
        _empty(connection, replace=replace)
        upgrade_within(connection, manifest.revision)
        tables = shop_tables(connection)
        if unknown := sorted(manifest.tables.keys() - {table.name for table in tables}):
            raise BadBackup(f"there is no table {unknown[0]} at migration {manifest.revision}")
        move = start(manifest.rows)
        for table in tables:
            if table.name in manifest.tables:
                for rows in _parts(archive, table.name):
                    connection.execute(table.insert(), rows)
                    move(len(rows))
                _follow(connection, table)
        upgrade_within(connection)
    return manifest


def _empty(connection: Connection, *, replace: bool) -> None:
    tables = shop_tables(connection)
    # Which events were applied is nothing that somebody would miss.
    held = [table.name for table in tables if table.name != applied_events.name and _has_rows(connection, table)]
    if held and not replace:
        raise NotEmpty(f"{', '.join(held)} are not empty")
    for table in reversed(tables):
        table.drop(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None


def _follow(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next row after those that are there."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        name = select(func.pg_get_serial_sequence(table.name, column.name))
        if sequence := connection.execute(name).scalar():
            last = connection.execute(select(func.max(column))).scalar()
            if last is not None:
                connection.execute(select(func.setval(sequence, last)))


def _parts(archive: zipfile.ZipFile, table: str) -> Iterator[list[dict[str, Any]]]:
    with archive.open(name_of(table)) as lines:
        while rows := [msgspec.json.decode(line) for line in islice(lines, AT_ONCE)]:
            yield rows


def _digest_of(archive: zipfile.ZipFile, table: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name_of(table)) as content:
        while block := content.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
