"""SQLite for a process that serves many visitors in one thread: who waits for its write lock or the disk waits alone.

A write transaction takes the one write lock at its start, and its end, which waits until the disk has it, runs aside.
So a commit survives a power cut, and other pages are served meanwhile. Readers wait for nobody (WAL).
"""

import sqlite3
import time
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from connections.permissions import restrict
from storefront.database.sqlite_url import file_of
from storefront.workers import Workers

LOCK_SECONDS = 0.7
"""How long a page waits for another's change to be written."""

PATIENT_SECONDS = 60.0

STEP = 0.002
CONNECTIONS = 8
READS = "riverfront_reads"
"""The execution option of a connection that only reads: no transaction is begun."""

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class PatientCursor(sqlite3.Cursor):
    """Waits for a lock by sleeping, which gevent patches, where SQLite's own waiting would stop every greenlet."""

    connection: "CooperativeConnection"

    def execute(self, *arguments: Any) -> "PatientCursor":
        """Execute a statement, again and again for as long as the database is locked."""
        until = time.monotonic() + self.connection.lock_seconds
        while True:
            try:
                super().execute(*arguments)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in _BUSY or time.monotonic() > until:
                    raise
                time.sleep(STEP)
            else:
                return self


class CooperativeConnection(sqlite3.Connection):
    """A connection whose commits run aside."""

    def __init__(self, *arguments: Any, aside: Workers, lock_seconds: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._aside = aside
        self.lock_seconds = lock_seconds

    def cursor(self, _factory: object = None) -> Any:
        """Return a cursor that waits cooperatively."""
        return super().cursor(PatientCursor)

    def commit(self) -> None:
        """Write the transaction to the disk, if there is one."""
        if self.in_transaction:
            self._aside(super().commit)


def sqlite_engine(url: URL, aside: Workers, *, is_patient: bool = False) -> Engine:
    """Build the engine. ``aside`` runs commits. A patient one waits for locks as long as a migration takes."""
    lock_seconds = PATIENT_SECONDS if is_patient else LOCK_SECONDS
    if file := file_of(url):
        file.parent.mkdir(parents=True, exist_ok=True)
        # Wherever it is, and whoever made it: it holds addresses and hashes of passwords.
        for suffix in ("", "-wal", "-shm"):
            restrict(file.with_name(file.name + suffix))
    engine = create_engine(
        url,
        pool_size=CONNECTIONS,
        pool_timeout=LOCK_SECONDS,
        # Errors are logged: not with the addresses and hashes that a statement was about.
        hide_parameters=True,
        connect_args={
            "factory": partial(CooperativeConnection, aside=aside, lock_seconds=lock_seconds),
            "timeout": 0,
            # The driver begins nothing by itself: `_begin` does.
            "isolation_level": None,
        },
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if READS not in connection.get_execution_options():
        connection.exec_driver_sql("BEGIN IMMEDIATE")
