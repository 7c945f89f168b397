"""What visitors do not want to see, in the database. All changes happen in the caller's transaction."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database
from storefront.database.tables import dismissals
from storefront.database.upsert import upsert
from storefront.lru_table import LruTable
from storefront.visitor_state.expiry import DISMISSAL_SECONDS, expires_at

ITEMS_KEPT = 100
"""For each visitor; the newest win."""

NONE_SECONDS = 10.0
"""How long it is believed that a visitor has dismissed nothing: another storefront may have taken it in."""

NONE_KEPT = 20_000


class Dismissals:
    """Changes what visitors have dismissed. The learner keeps it too: here it is out of sight at once."""

    def __init__(self, database: Database, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._elapsed = elapsed
        self._without: LruTable[VisitorId, float] = LruTable(NONE_KEPT)
        """Visitors who had dismissed nothing, and when that was: most views are theirs."""

    def add(self, connection: Connection, visitor: VisitorId, item: ItemId, at: float, now: float) -> None:
        """Keep an item out of this visitor's list."""
        row = {"visitor": visitor, "item": item, "dismissed_at": at}
        row["expires_at"] = expires_at(visitor, now, DISMISSAL_SECONDS)
        upsert(connection, dismissals, row, _renew)
        self._trim(connection, visitor)

    def discard(self, connection: Connection, visitor: VisitorId, item: ItemId) -> None:
        """Let an item come back."""
        connection.execute(delete(dismissals).where(dismissals.c.visitor == visitor, dismissals.c.item == item))

    def was_dismissed(self, visitor: VisitorId, item: ItemId, before: float) -> bool:
        """Return whether the visitor had dismissed an item at that time, and still has. Raises `DatabaseDown`."""
        now = self._elapsed()
        if now < self._without.get(visitor, float("-inf")) + NONE_SECONDS:
            return False
        with self._database.read() as connection:
            rows = connection.execute(_DISMISSED, {"whose": visitor})
            found: dict[ItemId, float] = {ItemId(item): dismissed_at for item, dismissed_at in rows}
        if not found:
            self._without[visitor] = now
        return found.get(item, float("inf")) < before

    def renew(self, visitor: VisitorId) -> None:
        """Ask again about a visitor: something has changed."""
        self._without.pop(visitor, None)

    def merge(self, connection: Connection, source: VisitorId, target: VisitorId) -> None:
        """Give one visitor's dismissals to an account."""
        known = select(dismissals.c.item).where(dismissals.c.visitor == target).scalar_subquery()
        moved = update(dismissals).where(dismissals.c.visitor == source, dismissals.c.item.not_in(known))
        connection.execute(moved.values(visitor=target, expires_at=None))
        self.forget(connection, source)
        self._trim(connection, target)

    def forget(self, connection: Connection, visitor: VisitorId) -> None:
        """Drop a visitor's dismissals."""
        connection.execute(delete(dismissals).where(dismissals.c.visitor == visitor))

    def _trim(self, connection: Connection, visitor: VisitorId) -> None:
        newest = select(dismissals.c.item).where(dismissals.c.visitor == visitor)
        newest = newest.order_by(dismissals.c.dismissed_at.desc(), dismissals.c.item).offset(ITEMS_KEPT)
        surplus = connection.execute(newest).scalars().all()
        for item in surplus:
            self.discard(connection, visitor, ItemId(item))


def _renew(new: Any) -> dict[str, Any]:
    return {name: new[name] for name in ("dismissed_at", "expires_at")}


# Built once: it is asked with many views.
_DISMISSED = select(dismissals.c.item, dismissals.c.dismissed_at).where(dismissals.c.visitor == bindparam("whose"))
