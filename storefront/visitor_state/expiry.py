"""How long the database keeps what belongs to an anonymous visitor, and the sweep that deletes it afterwards."""

from typing import Any

from sqlalchemy import Connection, Select, Table, delete, select, tuple_

from online_models.schema.events import VisitorId, is_account
from online_models.schema.keyspace import BASKET_TTL, DAY, RATINGS_TTL
from storefront.database.connection import Database
from storefront.database.tables import applied_events, baskets, dismissals, reviews, wishes

BASKET_SECONDS = float(BASKET_TTL)
RATING_SECONDS = float(RATINGS_TTL)
DISMISSAL_SECONDS = 30.0 * DAY
WISH_SECONDS = 365.0 * DAY

SWEPT = (baskets, reviews, dismissals, wishes, applied_events)
BATCH = 200
"""Rows that one transaction deletes: no visitor's change waits for more."""

MOST_APPLIED = 1_000_000
"""Applied events that are kept; the oldest go before their time."""


def expires_at(visitor: VisitorId, now: float, seconds: float) -> float | None:
    """Return when what this visitor has changed now expires; never if it is an account's."""
    return None if is_account(visitor) else now + seconds


def sweep(database: Database, now: float) -> int:
    """Delete what has expired, and return how many rows that were. Raises `DatabaseDown`."""
    return sum(_sweep(database, table, now) for table in SWEPT)


def trim_applied(database: Database, most: int = MOST_APPLIED) -> None:
    """Let the oldest applied events expire where there are too many. Raises `DatabaseDown`."""
    newest = select(applied_events.c.expires_at).where(applied_events.c.expires_at.is_not(None))
    with database.read() as connection:
        surplus = connection.execute(newest.order_by(applied_events.c.expires_at.desc()).offset(most).limit(1)).scalar()
    if surplus is not None:
        _sweep(database, applied_events, surplus + 1e-6)


def _sweep(database: Database, table: Table, before: float) -> int:
    deleted = 0
    with database.read() as connection:
        if connection.execute(_expired(table, before, 1)).first() is None:
            return 0
    while True:
        with database.begin() as connection:
            few = _delete(connection, table, before)
        deleted += few
        if few < BATCH:
            return deleted


def _delete(connection: Connection, table: Table, before: float) -> int:
    expired = _expired(table, before, BATCH)
    return connection.execute(delete(table).where(tuple_(*table.primary_key.columns).in_(expired))).rowcount


def _expired(table: Table, before: float, most: int) -> Select[tuple[Any, ...]]:
    return select(*table.primary_key.columns).where(table.c.expires_at < before).limit(most)
