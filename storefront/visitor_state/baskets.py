"""Baskets in the database: how many of which items, by visitor. All changes happen in the caller's transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

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
        connection.execute(_CLEAR, {"whose": visitor})

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
        upsert(connection, baskets, row, _prolong)
        return self._read(connection, visitor)

    def _read(self, connection: Connection, visitor: VisitorId) -> Basket:
        return {ItemId(item): quantity for item, quantity in connection.execute(_LINES, {"whose": visitor})}

    def _set(self, connection: Connection, visitor: VisitorId, basket: Basket, item: ItemId, quantity: int) -> Basket:
        after, line = dict(basket), {"whose": visitor, "what": item}
        if quantity <= 0:
            if item in basket:
                del after[item]
                connection.execute(_REMOVE, line)
            return after
        if item not in basket:
            check_room(basket)
        after[item] = min(quantity, MOST_OF_AN_ITEM)
        connection.execute(_CHANGE if item in basket else _APPEND, {**line, "many": after[item]})
        return after


def _prolong(new: Any) -> dict[str, Any]:
    return {"expires_at": new.expires_at}


# Built once: building a statement takes longer than executing it.
_OF_VISITOR = basket_lines.c.visitor == bindparam("whose")
_LINE = _OF_VISITOR & (basket_lines.c.item == bindparam("what"))
_LINES = (
    select(basket_lines.c.item, basket_lines.c.quantity)
    .where(_OF_VISITOR)
    .order_by(basket_lines.c.position, basket_lines.c.item)
)
_CLEAR = delete(baskets).where(baskets.c.visitor == bindparam("whose"))
_REMOVE = delete(basket_lines).where(_LINE)
_CHANGE = update(basket_lines).where(_LINE).values(quantity=bindparam("many"))
_APPEND = basket_lines.insert().values(
    visitor=bindparam("whose"),
    item=bindparam("what"),
    quantity=bindparam("many"),
    position=select(func.coalesce(func.max(basket_lines.c.position), 0) + 1).where(_OF_VISITOR).scalar_subquery(),
)
