"""What belongs to a visitor: basket, stars, what was dismissed or wished for. Read in one statement, once a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g, has_app_context
from sqlalchemy import Connection, Float, bindparam, cast, literal, select, union_all

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database, DatabaseDown
from storefront.database.tables import basket_lines, dismissals, reviews, wishes

_BASKET, _STARS, _DISMISSED, _WISHED = range(4)


@dataclass(frozen=True, slots=True)
class Belongings:
    """A visitor's basket and stars by item, and the dismissed and the wished items, each in the order of time.

    ``is_known`` is False while the database is down: then all is empty.
    """

    basket: Mapping[ItemId, int] = field(default_factory=dict)
    stars: Mapping[ItemId, int] = field(default_factory=dict)
    dismissed: tuple[ItemId, ...] = ()
    wished: tuple[ItemId, ...] = ()
    is_known: bool = True

    @property
    def count(self) -> int:
        """How many items lie in the basket: what its mark shows."""
        return sum(self.basket.values())


UNKNOWN = Belongings(is_known=False)


class BelongingsReader:
    """Reads what belongs to visitors."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, visitor: VisitorId) -> Belongings:
        """Return what belongs to the visitor; `UNKNOWN` while the database is down."""
        try:
            return self.require(visitor)
        except DatabaseDown:
            if has_app_context():
                _noted()[visitor] = UNKNOWN
            return UNKNOWN

    def require(self, visitor: VisitorId) -> Belongings:
        """Return what belongs to the visitor. Raises `DatabaseDown`."""
        noted = _noted() if has_app_context() else {}
        if visitor not in noted:
            with self._database.read() as connection:
                noted[visitor] = read_belongings(connection, visitor)
        if not noted[visitor].is_known:
            raise DatabaseDown("it did not answer a moment ago")
        return noted[visitor]

    def renew(self) -> None:
        """Read again what was read in this request: it has changed."""
        if has_app_context():
            g.pop("belongings", None)


def read_belongings(connection: Connection, visitor: VisitorId) -> Belongings:
    """Read what belongs to a visitor."""
    parts: tuple[dict[ItemId, int], ...] = ({}, {}, {}, {})
    for part, item, number, _ in connection.execute(_ALL, {"visitor": visitor}):
        parts[part][ItemId(item)] = number
    return Belongings(parts[_BASKET], parts[_STARS], tuple(parts[_DISMISSED]), tuple(parts[_WISHED]))


def _noted() -> dict[VisitorId, Belongings]:
    if "belongings" not in g:
        g.belongings = {}
    noted: dict[VisitorId, Belongings] = g.belongings
    return noted


def _part(part: int, table: Any, number: Any, order: Any) -> Any:
    columns = (literal(part, literal_execute=True).label("part"), table.c.item, number.label("number"))
    return select(*columns, cast(order, Float(53)).label("place")).where(table.c.visitor == bindparam("visitor"))


_EVERYTHING = union_all(
    _part(_BASKET, basket_lines, basket_lines.c.quantity, basket_lines.c.position),
    _part(_STARS, reviews, reviews.c.stars, reviews.c.edited_at),
    _part(_DISMISSED, dismissals, literal(0, literal_execute=True), dismissals.c.dismissed_at),
    _part(_WISHED, wishes, literal(0, literal_execute=True), wishes.c.wished_at),
).subquery()
_ALL = select(_EVERYTHING).order_by(_EVERYTHING.c.part, _EVERYTHING.c.place, _EVERYTHING.c.item)
