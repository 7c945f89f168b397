"""A backup: all rows of the database in one file, which either kind of database can be restored from.

The file is a ZIP archive of a ``manifest.json`` and, for each table, its rows as lines of JSON.
"""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

import msgspec
from sqlalchemy import Connection, MetaData, Table, func, inspect, select

from storefront.database.connection import Database
from storefront.database.migrate import revision_of
from storefront.database.sqlite_url import file_of
from storefront.database.tables import metadata

FORMAT = 1
MANIFEST = "manifest.json"
AT_ONCE = 500
"""Rows that are in memory at once."""

Move = Callable[[int], object]
"""Is told of rows that are done."""


class NothingToSave(Exception):
    """There is no database, or none of a shop."""


class TableSummary(msgspec.Struct, frozen=True):
    """What the archive holds of one table."""

    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What an archive holds: of which migration the tables are, and their digests."""

    format: int
    revision: str
    made_at: float
    tables: dict[str, TableSummary]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables.values())


def shop_tables(connection: Connection) -> list[Table]:
    """Return the shop's tables as they are in a database, of whatever version, those first that others refer to."""
    there = set(inspect(connection).get_table_names()) & set(metadata.tables)
    found = MetaData()
    found.reflect(connection, only=sorted(there))
    return found.sorted_tables


def write_backup(
    database: Database, path: Path, made_at: float, start: Callable[[int], Move] = lambda _: lambda _: None
) -> Manifest:
    """Write all rows as they are now to a file; the shop goes on meanwhile. Raises `NothingToSave`, `DatabaseDown`.

    ``start`` is told how many rows there are, and returns what is told of each part that is done.
    """
    if database.is_sqlite and (there := file_of(database.url)) and not there.is_file():
        raise NothingToSave(f"there is no file {there}")
    part = path.with_name(f"{path.name}.part")
    try:
        # Passwords' hashes are in it: nobody else reads it.
        with open(part, "wb", opener=partial(os.open, mode=0o600)) as file:
            with database.snapshot() as connection:
                manifest = _write(connection, file, made_at, start)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _write(connection: Connection, file: IO[bytes], made_at: float, start: Callable[[int], Move]) -> Manifest:
    revision = revision_of(connection)
    if revision is None:
        raise NothingToSave("the database holds no shop")
    tables = shop_tables(connection)
    move = start(sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        summaries = {table.name: _write_table(connection, table, archive, move) for table in tables}
        manifest = Manifest(FORMAT, revision, made_at, summaries)
        archive.writestr(MANIFEST, msgspec.json.encode(manifest))
    return manifest


def _write_table(connection: Connection, table: Table, archive: zipfile.ZipFile, move: Move) -> TableSummary:
    digest, count = hashlib.sha256(), 0
    with archive.open(name_of(table.name), "w", force_zip64=True) as out:
        for rows in _parts(connection, table):
            lines = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
            digest.update(lines)
            out.write(lines)
            count += len(rows)
            move(len(rows))
    return TableSummary(count, digest.hexdigest())


def _parts(connection: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    found = connection.execution_options(yield_per=AT_ONCE).execute(select(table)).mappings()
    for part in found.partitions():
        yield [dict(row) for row in part]


def name_of(table: str) -> str:
    """Return the archive's member that holds a table."""
    return f"{table}.jsonl"
