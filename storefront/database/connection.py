"""The one way to the database: connections, transactions, and the migration before the first of them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection

log = logging.getLogger(__name__)

CONNECT_SECONDS = 3
STATEMENT_SECONDS = 5
CONNECTIONS = 8


class DatabaseDown(Exception):
    """The database did not answer. Say so, and let the visitor try again."""


class Database:
    """A pool of connections. Nothing is opened before it is needed, and the tables are brought up to date first.

    Parameters
    ----------
    url
        ``sqlite:///<path>`` or ``postgresql://…``.
    """

    def __init__(self, url: str) -> None:
        self.url = _with_driver(make_url(url))
        self._engine = _engine(self.url)
        self._migrating = Lock()
        self._is_migrated = False

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a connection inside a transaction: committed at the end, rolled back on an error.

        Raises
        ------
        DatabaseDown
            If the database does not answer in time.
        """
        try:
            self._migrate_once()
            with self._engine.begin() as connection:
                yield connection
        except (IntegrityError, DataError, ProgrammingError):
            raise
        except (DBAPIError, NoConnection) as error:
            log.warning("The database does not answer: %s", error)
            raise DatabaseDown(str(error)) from error

    @property
    def is_up(self) -> bool:
        """Whether the database answers."""
        try:
            with self.begin() as connection:
                connection.exec_driver_sql("SELECT 1")
        except DatabaseDown:
            return False
        return True

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _migrate_once(self) -> None:
        if self._is_migrated:
            return
        # Imported late: Alembic costs start-up time that a page without an account need not pay.
        from storefront.database.migrate import upgrade

        with self._migrating:
            if not self._is_migrated:
                upgrade(self._engine)
                self._is_migrated = True


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgresql", "postgres"} else url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            pool_size=CONNECTIONS,
            pool_timeout=CONNECT_SECONDS,
            hide_parameters=True,
            connect_args={"timeout": STATEMENT_SECONDS},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    return create_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        # Errors are logged: not with the addresses and hashes that a statement was about.
        hide_parameters=True,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={STATEMENT_SECONDS}s",
        },
    )


def _prepare_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    # Readers do not wait for the writer, and what refers to an account goes with it.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
