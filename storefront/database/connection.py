"""The one way to the database: connections, transactions, and the migration before the first of them."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection

from connections.circuit import Circuit
from storefront.database.postgres_engine import postgres_engine
from storefront.database.postgres_url import refusal_of
from storefront.database.sqlite_engine import LOCK_SECONDS, PATIENT_SECONDS, READS, sqlite_engine
from storefront.workers import Workers, run_here

log = logging.getLogger(__name__)

BUSY_SECONDS = 1.0
NOT_ALLOWED = "42501"
"""PostgreSQL's state for a role without the privilege."""


class DatabaseDown(Exception):
    """The database did not answer, or cannot be written to. Nothing was changed: say so, and let the visitor retry."""


class Database:
    """A pool of connections. Nothing is opened before it is needed, and the tables are brought up to date first.

    Parameters
    ----------
    url
        ``sqlite:///<path>`` or ``postgresql://…``.
    aside
        Runs what waits for the disk.
    is_patient
        Waits as long as it takes: for commands. Pages give up within a second.
    """

    def __init__(self, url: str, aside: Workers = run_here, *, is_patient: bool = False) -> None:
        self.url = _with_driver(make_url(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._aside = aside
        self._engine = self._connect(is_patient=is_patient)
        # One statement without a transaction: one round trip.
        reads = {READS: True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._readers = self._engine.execution_options(**reads)
        self._circuit = Circuit(name="The database")
        self._answered_at = -BUSY_SECONDS
        # SQLite has one write lock: who waits for it in this process waits in order, without trying.
        self._writing = Lock()
        self._lock_seconds = PATIENT_SECONDS if is_patient else LOCK_SECONDS
        self._migrating = Lock()
        self._is_migrated = False

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a connection inside a transaction: on the disk at the end, rolled back on an error.

        Raises
        ------
        DatabaseDown
            If the database does not answer in time, or cannot be written to.
        """
        with self._watched():
            self.open()
            with self._alone(), self._connection(self._engine) as connection, connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that reads, one statement at a time, and waits for no writer. Raises `DatabaseDown`."""
        with self._watched():
            self.open()
            with self._connection(self._readers) as connection:
                yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection that sees the database, of whatever version, as it is now. Raises `DatabaseDown`."""
        options: dict[str, Any] = {READS: True}
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._watched(), self._connection(self._engine.execution_options(**options)) as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def rebuild(self) -> Iterator[Connection]:
        """Give a connection inside a transaction that may change the tables themselves. Raises `DatabaseDown`."""
        with self._watched(), self._alone(), self._connection(self._engine) as connection, connection.begin():
            yield connection

    @property
    def is_up(self) -> bool:
        """Whether the database answers."""
        try:
            with self.read() as connection:
                connection.exec_driver_sql("SELECT 1")
        except DatabaseDown:
            return False
        return True

    def open(self) -> None:
        """Bring the tables up to date, once. Raises `DatabaseDown`."""
        if self._is_migrated:
            return
        from storefront.database.migrate import is_current, upgrade

        if not self._migrating.acquire(timeout=self._lock_seconds):
            raise DatabaseDown("its tables are being brought up to date")
        try:
            if not self._is_migrated:
                with self._watched(), self._connection(self._readers) as connection:
                    current = is_current(connection)
                if not current:
                    # However long it takes.
                    engine = self._connect(is_patient=True)
                    with self._watched():
                        upgrade(engine)
                    engine.dispose()
                self._is_migrated = True
        finally:
            self._migrating.release()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _connect(self, *, is_patient: bool) -> Engine:
        if self.is_sqlite:
            return sqlite_engine(self.url, self._aside, is_patient=is_patient)
        return postgres_engine(self.url, is_patient=is_patient)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, DataError):
            raise
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) != NOT_ALLOWED:
                raise
            log.warning("The database does not let the shop do that: %s", error)
            raise DatabaseDown(str(error)) from error
        except (DBAPIError, NoConnection) as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                self._circuit.fail(error)
            if refusal := "" if self.is_sqlite else refusal_of(error):
                log.error("%s", refusal)
            else:
                log.warning("The database does not answer: %s", error)
            raise DatabaseDown(refusal or str(error)) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=self._lock_seconds):
            raise DatabaseDown("other changes are being written")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _connection(self, engine: Engine) -> Iterator[Connection]:
        if not self._circuit.may_ask():
            raise DatabaseDown("it did not answer a moment ago")
        try:
            connection = engine.connect()
        except DBAPIError as error:
            # A file answers at once, also that it cannot be opened: there is nothing to wait for. And a server that has
            # just answered others is busy, not gone.
            if not self.is_sqlite and time.monotonic() - self._answered_at > BUSY_SECONDS:
                self._circuit.fail(error)
            raise
        with connection:
            yield connection
            self._answered_at = time.monotonic()
            self._circuit.succeed()


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgresql", "postgres"} else url
