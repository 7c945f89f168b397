"""PostgreSQL for pages: a server that does not answer is given up in less time than a visitor waits.

psycopg waits in Python where gevent is patched in, so only the greenlet that asks waits. What it lacks is a bound on an
answer that never comes, as from a server that is frozen; libpq knows none below two seconds for connecting either.
"""

import time
from collections.abc import Generator
from threading import Thread
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

CONNECTIONS = 8
PATIENT_SECONDS = 60.0
ANSWER_SECONDS = 0.7
"""How long a page waits for a connection, and for each answer."""

POOL_SECONDS = 0.25
"""How long a page waits for one of the connections to be free: the rest of a second is for the answer."""

IDLE_SECONDS = 1.0
"""A connection that was idle for longer is tried before it is used: the server may have closed it."""

_Result = TypeVar("_Result")


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when an answer does not come in time."""

    def wait(
        self, gen: Generator[Any, Any, _Result], interval: float = ANSWER_SECONDS / 7, timeout: float | None = None
    ) -> _Result:
        """Wait for an answer. Raises `psycopg.OperationalError` if there is none within `ANSWER_SECONDS`."""
        try:
            return super().wait(_bounded(gen, time.monotonic() + ANSWER_SECONDS), interval, timeout)
        except _NoAnswer:
            self.close()
            raise


class _NoAnswer(psycopg.OperationalError):
    """The server did not answer in time."""


def postgres_engine(url: URL, *, is_patient: bool = False) -> Engine:
    """Build the engine. A patient one waits as long as it takes: for migrations, a backup, a restore."""
    engine = create_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        # Errors are logged: not with the addresses and hashes that a statement was about.
        hide_parameters=True,
        pool_timeout=POOL_SECONDS if not is_patient else PATIENT_SECONDS,
    )
    if is_patient:
        return engine
    event.listen(engine, "do_connect", _connect)

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def try_idle(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used_at", float("inf")) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise DisconnectionError from error

    return engine


def _connect(_dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]) -> PatientConnection:
    """Connect, and give up in time. A connection that comes too late is closed."""
    made: list[PatientConnection | Exception] = []
    is_late = False

    def connect() -> None:
        try:
            connection = PatientConnection.connect(*arguments, **options)
        except Exception as error:  # noqa: BLE001  (raised by who waits)
            made.append(error)
            return
        made.append(connection)
        if is_late:
            connection.close()

    attempt = Thread(target=connect, name="connect", daemon=True)
    attempt.start()
    attempt.join(ANSWER_SECONDS)
    if not made:
        is_late = True
        raise psycopg.OperationalError("the server did not take a connection in time")
    if isinstance(made[0], Exception):
        raise made[0]
    return made[0]


def _bounded(gen: Generator[Any, Any, _Result], until: float) -> Generator[Any, Any, _Result]:
    """Pass a generator of psycopg on, until the time is over."""
    try:
        state = next(gen)
        while True:
            ready = yield state
            if not ready and time.monotonic() >= until:
                raise _NoAnswer("the server did not answer in time")
            state = gen.send(ready)
    except StopIteration as end:
        result: _Result = end.value
        return result
