"""Turns a basket into an order: it is stored with its events, which are published, then the basket is emptied.

The order's number is made with the form, so a form that is sent twice places one order. Each event's id follows from
the number and the line. Once the order is stored its events are in the outbox: they are published whatever happens.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from online_models.schema import messages
from online_models.schema.events import ItemId, ItemPurchased, VisitorId, event_id_at
from online_models.schema.product import Product
from storefront.database.connection import Database
from storefront.events.outbox import EventOutbox
from storefront.orders.order import Order, OrderLine
from storefront.orders.order_store import NumberTaken, OrderStore
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.baskets import Baskets
from storefront.visitor_state.belongings import BelongingsReader, read_belongings

ORDERS_A_DAY = 50
DAY = 24 * 60 * 60.0

Tell = Callable[[VisitorId, str, dict[str, Any]], None]

Charged = Callable[[int], AbstractContextManager[None]]
"""Counts so many events, unless what is done in its context fails. Raises instead where they are too many."""


class NothingToOrder(Exception):
    """The basket holds nothing that the shop sells. Show it."""


class StaleBasket(Exception):
    """The basket, or a price, is no longer what the visitor saw. Show it again."""


class TooManyOrders(Exception):
    """The visitor has placed as many orders today as the shop takes. Ask the visitor to come back tomorrow."""


class BasketLine(NamedTuple):
    """One product of a basket, at its present price."""

    product: Product
    quantity: int

    @property
    def sum(self) -> int:
        """What the line costs, in pennies."""
        return self.product.price * self.quantity


class Basket(NamedTuple):
    """A visitor's basket: lines that can be sold, and items that the shop does not sell now."""

    lines: tuple[BasketLine, ...]
    gone: tuple[ItemId, ...]

    @property
    def total(self) -> int:
        """What all lines cost, in pennies."""
        return sum(line.sum for line in self.lines)

    @property
    def currency(self) -> str:
        """The currency of its prices."""
        return self.lines[0].product.currency if self.lines else "GBP"

    @property
    def mark(self) -> str:
        """A short word that changes with every item, quantity and price."""
        words = [f"{line.product.item} {line.quantity} {line.product.price}" for line in self.lines]
        return hashlib.sha256("\n".join(sorted(words)).encode()).hexdigest()[:16]


class Checkout:
    """Reads baskets and places orders."""

    def __init__(
        self,
        *,
        orders: OrderStore,
        database: Database,
        belongings: BelongingsReader,
        baskets: Baskets,
        reader: ServingReader,
        outbox: EventOutbox,
        tell: Tell,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._orders = orders
        self._database = database
        self._belongings = belongings
        self._baskets = baskets
        self._reader = reader
        self._outbox = outbox
        self._tell = tell
        self._now = now

    def read_basket(self, visitor: VisitorId) -> Basket:
        """Return the basket, at present prices. Raises `DatabaseDown`."""
        return self._priced(self._belongings.require(visitor).basket)

    def place(
        self, visitor: VisitorId, network: str, number: str, mark: str, charged: Charged, *, is_profiled: bool = True
    ) -> Order:
        """Place the order of this number for the basket that the visitor saw.

        ``network`` is the digest of the client's, with which its events are stamped. ``charged`` counts a line as an
        event. With ``is_profiled`` false no events are published: only the order is stored.

        Raises
        ------
        NothingToOrder, StaleBasket, TooManyOrders
            Nothing was done.
        NumberTaken
            By another visitor. Nothing was done.
        DatabaseDown
            Nothing was done.
        """
        known = self._orders.read(visitor, number)
        if known is not None:
            return self._empty_basket(known, mark)
        basket = self.read_basket(visitor)
        if not basket.lines:
            raise NothingToOrder
        if basket.mark != mark:
            raise StaleBasket
        now = self._now()
        if self._orders.count(visitor, since=now - DAY) >= ORDERS_A_DAY:
            raise TooManyOrders
        order = Order(number, visitor, now, basket.currency, tuple(_sold(line) for line in basket.lines))
        events = _purchases(order, network) if is_profiled else []
        try:
            with charged(len(order.lines)):
                self._orders.add(order, events)
        except NumberTaken:
            # The same form a moment ago: what it has placed is the order.
            known = self._orders.read(visitor, number)
            if known is None:
                raise
            order = known
        else:
            self._outbox.send(*events)
        return self._empty_basket(order, mark)

    def _empty_basket(self, order: Order, mark: str) -> Order:
        """Empty the basket of an order that is stored. Repeating it changes nothing."""
        with self._database.begin() as connection:
            # Unless the visitor has changed it meanwhile.
            is_ordered = self._priced(read_belongings(connection, order.visitor).basket).mark == mark
            if is_ordered:
                self._baskets.clear(connection, order.visitor)
        self._belongings.renew()
        if is_ordered:
            message = messages.to_message(messages.BasketChanged(count=0))
            self._tell(order.visitor, messages.BASKET_CHANGED, message)
        return order

    def _priced(self, numbers: Mapping[ItemId, int]) -> Basket:
        catalog = self._reader.read_catalog()
        sold = {product.item: product for product in catalog.present(numbers) if not product.is_sold_out}
        lines = tuple(BasketLine(product, numbers[item]) for item, product in sold.items())
        return Basket(lines, tuple(item for item in numbers if item not in sold))


def _sold(line: BasketLine) -> OrderLine:
    return OrderLine(line.product.item, line.product.title, line.product.price, line.quantity)


def _purchases(order: Order, network: str) -> list[ItemPurchased]:
    return [_purchase(order, position, line, network) for position, line in enumerate(order.lines)]


def _purchase(order: Order, position: int, line: OrderLine, network: str) -> ItemPurchased:
    seed = hashlib.sha256(f"{order.number} {position}".encode()).digest()[:10]
    return ItemPurchased(
        event_id=event_id_at(order.placed_at, seed),
        visitor=order.visitor,
        occurred_at=order.placed_at,
        received_at=order.placed_at,
        network=network,
        surface="basket",
        item=line.item,
        quantity=line.quantity,
        price=line.price,
        order=order.number,
    )
