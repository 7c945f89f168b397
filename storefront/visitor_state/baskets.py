"""Baskets in the database: how many of which items, by visitor. All changes happen in the caller's transaction."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, select, update

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.keyspace import MAX_BASKET_LINES
from storefront.database.tables import basket_lines, baskets
from storefront.database.upsert import upsert
from storefront.visitor_state.expiry import BASKET_SECONDS, expires_at
from storefront.visitor_state.visitor_store import TooMany

MOST_OF_AN_ITEM = 999

Basket = dict[ItemId, int]


def check_room(basket: Mapping[ItemId, int]) -> None:
    """Raise `TooMany` if a basket has no room for one more item."""
    if len(basket) >= MAX_BASKET_LINES:
        raise TooMany(f"at most {MAX_BASKET_LINES} different items")


class Baskets:
    """Changes baskets. Changes of one basket wait for each other."""

    def add(self, connection: Connection, visitor: VisitorId, item: ItemId, quantity: int, now: float) -> Basket:
        """Put more of an item in, and return the basket. Raises `TooMany`."""
        basket = self._lock(connection, visitor, now)
        return self._set(connection, visitor, basket, item, basket.get(item, 0) + quantity)

    def put(self, connection: Connection, visitor: VisitorId, item: ItemId, quantity: int, now: float) -> Basket:
        """Set how many of an item lie in it; zero takes it out. Return the basket. Raises `TooMany`."""
        return self._set(connection, visitor, self._lock(connection, visitor, now), item, quantity)

    def clear(self, connection: Connection, visitor: VisitorId) -> None:
        """Empty a basket."""
        connection.execute(delete(baskets).where(baskets.c.visitor == visitor))

    def merge(self, connection: Connection, source: VisitorId, target: VisitorId) -> None:
        """Add one basket to another, as far as there is room."""
        more = self._read(connection, source)
        if more:
            basket = self._lock(connection, target, 0.0)
            for item, quantity in more.items():
                if item in basket or len(basket) < MAX_BASKET_LINES:
                    basket = self._set(connection, target, basket, item, basket.get(item, 0) + quantity)
        self.clear(connection, source)

    def forget(self, connection: Connection, visitor: VisitorId) -> None:
        """Delete a basket."""
        self.clear(connection, visitor)

    def _lock(self, connection: Connection, visitor: VisitorId, now: float) -> Basket:
        row = {"visitor": visitor, "expires_at": expires_at(visitor, now, BASKET_SECONDS)}
        upsert(connection, baskets, row, lambda new: {"expires_at": new.expires_at})
        return self._read(connection, visitor)

    def _read(self, connection: Connection, visitor: VisitorId) -> Basket:
        lines = select(basket_lines.c.item, basket_lines.c.quantity).where(basket_lines.c.visitor == visitor)
        found = connection.execute(lines.order_by(basket_lines.c.position, basket_lines.c.item))
        return {ItemId(item): quantity for item, quantity in found}

    def _set(self, connection: Connection, visitor: VisitorId, basket: Basket, item: ItemId, quantity: int) -> Basket:
        after, is_there = dict(basket), item in basket
        line = (basket_lines.c.visitor == visitor) & (basket_lines.c.item == item)
        if quantity <= 0:
            if is_there:
                del after[item]
                connection.execute(delete(basket_lines).where(line))
            return after
        if not is_there:
            check_room(basket)
        after[item] = min(quantity, MOST_OF_AN_ITEM)
        if is_there:
            connection.execute(update(basket_lines).where(line).values(quantity=after[item]))
            return after
        last = select(func.coalesce(func.max(basket_lines.c.position), 0)).where(basket_lines.c.visitor == visitor)
        row = {"visitor": visitor, "item": item, "quantity": after[item], "position": last.scalar_subquery() + 1}
        connection.execute(basket_lines.insert().values(row))
        return after
