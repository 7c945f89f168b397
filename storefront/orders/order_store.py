"""Stores orders in the database, each with its lines in one transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from online_models.schema.events import Event, ItemId, VisitorId
from storefront.database.connection import Database
from storefront.database.tables import order_lines, orders
from storefront.events.outbox import write_events
from storefront.orders.order import Order, OrderLine


class NumberTaken(Exception):
    """There is an order of this number. If it is the visitor's own, it was placed twice."""


class OrderStore:
    """The orders of all visitors. Every method raises `DatabaseDown` if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, order: Order, events: Sequence[Event] = ()) -> None:
        """Store an order, and its events in the outbox. Raises `NumberTaken`, and then stores nothing of it."""
        lines = [
            asdict(line) | {"order": order.number, "position": position} for position, line in enumerate(order.lines)
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
                write_events(connection, events, order.placed_at)
        except IntegrityError as error:
            raise NumberTaken(order.number) from error

    def read(self, visitor: VisitorId, number: str) -> Order | None:
        """Return one of the visitor's orders; None if there is none of this number."""
        return next(iter(self._read(select(orders).where(orders.c.number == number, _is_of(visitor)))), None)

    def read_page(self, visitor: VisitorId, start: int, length: int) -> list[Order]:
        """Return some of the visitor's orders, newest first."""
        newest = select(orders).where(_is_of(visitor)).order_by(orders.c.placed_at.desc(), orders.c.number)
        return self._read(newest.offset(start).limit(length))

    def count(self, visitor: VisitorId, since: float = 0.0) -> int:
        """Return how many orders the visitor has placed."""
        counted = select(func.count()).select_from(orders).where(_is_of(visitor), orders.c.placed_at >= since)
        with self._database.read() as connection:
            return connection.execute(counted).scalar_one()

    def merge(self, connection: Connection, source: VisitorId, target: VisitorId) -> None:
        """Give all orders of one visitor to an account."""
        connection.execute(update(orders).where(_is_of(source)).values(visitor=target))

    def forget(self, connection: Connection, visitor: VisitorId) -> None:
        """Delete all orders of a visitor, with their lines."""
        connection.execute(delete(orders).where(_is_of(visitor)))

    def _read(self, heads: Select[tuple[Any, ...]]) -> list[Order]:
        """Return the orders of some rows, each with its lines."""
        with self._database.read() as connection:
            found = connection.execute(heads).all()
            numbers = [head.number for head in found]
            lines = connection.execute(
                select(order_lines).where(order_lines.c.order.in_(numbers)).order_by(order_lines.c.position)
            ).all()
        of_order: dict[str, list[OrderLine]] = {number: [] for number in numbers}
        for line in lines:
            of_order[line.order].append(OrderLine(ItemId(line.item), line.title, line.price, line.quantity))
        return [
            Order(head.number, VisitorId(head.visitor), head.placed_at, head.currency, tuple(of_order[head.number]))
            for head in found
        ]


def _is_of(visitor: VisitorId) -> ColumnElement[bool]:
    return orders.c.visitor == visitor
