"""Wish lists in the database: which items, by visitor. All changes happen in the caller's transaction."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from online_models.schema.events import ItemId, VisitorId
from storefront.database.tables import wishes
from storefront.database.upsert import upsert
from storefront.visitor_state.expiry import WISH_SECONDS, expires_at
from storefront.visitor_state.visitor_store import TooMany

MOST_WISHES = 200
"""Items on one wish list."""


def check_wishes(wished: Collection[ItemId]) -> None:
    """Raise `TooMany` if a wish list has no room for one more item."""
    if len(wished) >= MOST_WISHES:
        raise TooMany(f"at most {MOST_WISHES} different items")


class Wishes:
    """Changes wish lists."""

    def add(self, connection: Connection, visitor: VisitorId, item: ItemId, at: float, now: float) -> None:
        """Put an item on the list; one that is there stays in its place. Raises `TooMany`."""
        others = (wishes.c.visitor == visitor) & (wishes.c.item != item)
        if self._count(connection, others) >= MOST_WISHES:
            raise TooMany(f"at most {MOST_WISHES} different items")
        row = {"visitor": visitor, "item": item, "wished_at": at}
        row["expires_at"] = expires_at(visitor, now, WISH_SECONDS)
        upsert(connection, wishes, row, _prolong)

    def discard(self, connection: Connection, visitor: VisitorId, item: ItemId) -> None:
        """Take an item off the list."""
        connection.execute(delete(wishes).where(wishes.c.visitor == visitor, wishes.c.item == item))

    def merge(self, connection: Connection, source: VisitorId, target: VisitorId) -> None:
        """Add one list to an account's, the newest first, as far as there is room."""
        known = select(wishes.c.item).where(wishes.c.visitor == target)
        room = MOST_WISHES - self._count(connection, wishes.c.visitor == target)
        newest = select(wishes.c.item).where(wishes.c.visitor == source, wishes.c.item.not_in(known.scalar_subquery()))
        newest = newest.order_by(wishes.c.wished_at.desc(), wishes.c.item).limit(max(room, 0))
        added = connection.execute(newest).scalars().all()
        moved = update(wishes).where(wishes.c.visitor == source, wishes.c.item.in_(added))
        connection.execute(moved.values(visitor=target, expires_at=None))
        self.forget(connection, source)

    def forget(self, connection: Connection, visitor: VisitorId) -> None:
        """Delete a list."""
        connection.execute(delete(wishes).where(wishes.c.visitor == visitor))

    def _count(self, connection: Connection, which: Any) -> int:
        return connection.execute(select(func.count()).select_from(wishes).where(which)).scalar_one()


def _prolong(new: Any) -> dict[str, Any]:
    return {"expires_at": new.expires_at}
