"""Keeps orders in the database, each with its lines in one transaction."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database
from storefront.database.tables import order_lines, orders
from storefront.orders.order import Order, OrderLine


class NumberTaken(Exception):
    """There is an order of this number. Look whose it is: the visitor's own was placed twice."""


class OrderSummary(NamedTuple):
    """One order in the list of a visitor's orders."""

    number: str
    placed_at: float
    currency: str
    total: int
    things: int
    items: tuple[ItemId, ...]


class OrderStore:
    """The orders of all visitors. Every method raises `DatabaseDown` if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, order: Order) -> None:
        """Keep an order. Raises `NumberTaken`, and then keeps nothing of it."""
        lines = [
            {
                "order": order.number,
                "position": position,
                "item": line.item,
                "title": line.title,
                "price": line.price,
                "quantity": line.quantity,
            }
            for position, line in enumerate(order.lines)
        ]
        head = {
            "number": order.number,
            "visitor": order.visitor,
            "placed_at": order.placed_at,
            "currency": order.currency,
            "total": order.total,
        }
        try:
            with self._database.begin() as connection:
                connection.execute(insert(orders), head)
                connection.execute(insert(order_lines), lines)
        except IntegrityError as error:
            raise NumberTaken(order.number) from error

    def read(self, visitor: VisitorId, number: str) -> Order | None:
        """Return one of the visitor's orders; None where it is another's, or nobody's."""
        with self._database.begin() as connection:
            head = connection.execute(select(orders).where(orders.c.number == number, _is_of(visitor))).one_or_none()
            return None if head is None else _order(connection, head.number, visitor, head.placed_at, head.currency)

    def read_page(self, visitor: VisitorId, start: int, length: int) -> list[OrderSummary]:
        """Return some of the visitor's orders, newest first."""
        newest = (
            select(orders)
            .where(_is_of(visitor))
            .order_by(orders.c.placed_at.desc(), orders.c.number)
            .offset(start)
            .limit(length)
        )
        with self._database.begin() as connection:
            heads = connection.execute(newest).all()
            found = connection.execute(
                select(order_lines.c.order, order_lines.c.item, order_lines.c.quantity)
                .where(order_lines.c.order.in_([head.number for head in heads]))
                .order_by(order_lines.c.position)
            ).all()
        return [
            OrderSummary(
                number=head.number,
                placed_at=head.placed_at,
                currency=head.currency,
                total=head.total,
                things=sum(line.quantity for line in found if line.order == head.number),
                items=tuple(ItemId(line.item) for line in found if line.order == head.number),
            )
            for head in heads
        ]

    def count(self, visitor: VisitorId, since: float = 0.0) -> int:
        """Return how many orders the visitor has placed."""
        counted = select(func.count()).select_from(orders).where(_is_of(visitor), orders.c.placed_at >= since)
        with self._database.begin() as connection:
            return connection.execute(counted).scalar_one()

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give all orders of one visitor to another."""
        with self._database.begin() as connection:
            connection.execute(update(orders).where(_is_of(source)).values(visitor=target))

    def forget(self, visitor: VisitorId) -> None:
        """Delete all orders of a visitor, with their lines."""
        with self._database.begin() as connection:
            connection.execute(delete(orders).where(_is_of(visitor)))


def _is_of(visitor: VisitorId) -> ColumnElement[bool]:
    return orders.c.visitor == visitor


def _order(connection: Connection, number: str, visitor: VisitorId, placed_at: float, currency: str) -> Order:
    found = connection.execute(
        select(order_lines).where(order_lines.c.order == number).order_by(order_lines.c.position)
    ).all()
    lines = tuple(OrderLine(ItemId(line.item), line.title, line.price, line.quantity) for line in found)
    return Order(number, visitor, placed_at, currency, lines)
