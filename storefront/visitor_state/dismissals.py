"""What visitors do not want to see, in the database. All changes happen in the caller's transaction."""

from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database
from storefront.database.tables import dismissals
from storefront.database.upsert import upsert
from storefront.visitor_state.expiry import DISMISSAL_SECONDS, expires_at

ITEMS_KEPT = 100
"""For each visitor; the newest win."""


class Dismissals:
    """Changes what visitors have dismissed. The learner keeps it too: here it is out of sight at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        with self._database.read() as connection:
            asked = {"whose": visitor, "what": item, "before": before}
            return connection.execute(_DISMISSED, asked).first() is not None

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


# Built once: it is asked with every view.
_DISMISSED = select(dismissals.c.item).where(
    dismissals.c.visitor == bindparam("whose"),
    dismissals.c.item == bindparam("what"),
    dismissals.c.dismissed_at < bindparam("before"),
)
