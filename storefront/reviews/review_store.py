"""Stores stars and reviews in the database: one for each visitor and product. Only what has words is public."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, delete, exists, func, select, update

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.keyspace import MAX_RATINGS
from storefront.database.connection import Database
from storefront.database.tables import order_lines, orders, reviews
from storefront.database.upsert import upsert
from storefront.reviews.review import Review
from storefront.visitor_state.expiry import RATING_SECONDS, expires_at
from storefront.visitor_state.visitor_store import TooMany


class ReviewStore:
    """The stars of all visitors, and the reviews of accounts. What asks the database itself raises `DatabaseDown`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, review: Review) -> None:
        """Store a review. A changed text keeps the time at which it was first written."""
        row = _row(review) | {"text": review.text, "name": review.name}
        with self._database.begin() as connection:
            upsert(connection, reviews, row, _rewrite)

    def put_stars(self, connection: Connection, visitor: VisitorId, item: ItemId, stars: int, now: float) -> None:
        """Store a rating alone. The text and time of an existing review stay. Raises `TooMany`."""
        others = select(func.count()).select_from(reviews).where(_is_of(visitor), reviews.c.item != item)
        if connection.execute(others).scalar_one() >= MAX_RATINGS:
            raise TooMany(f"at most {MAX_RATINGS} different items")
        upsert(connection, reviews, _row(Review(visitor, item, stars, written_at=now)), _rate)

    def read(self, visitor: VisitorId, item: ItemId) -> Review | None:
        """Return the visitor's review of a product."""
        with self._database.read() as connection:
            row = connection.execute(_reviews().where(_is_of(visitor), reviews.c.item == item)).one_or_none()
        return None if row is None else _review(row)

    def read_of_item(self, item: ItemId, start: int, length: int, without: VisitorId | None = None) -> list[Review]:
        """Return reviews of a product with a text, newest first."""
        newest = (
            _reviews()
            .where(_has_words(item), reviews.c.visitor != (without or ""))
            .order_by(reviews.c.written_at.desc(), reviews.c.visitor)
            .offset(start)
            .limit(length)
        )
        with self._database.read() as connection:
            return [_review(row) for row in connection.execute(newest)]

    def count_of_item(self, item: ItemId) -> int:
        """Return how many reviews of a product have a text."""
        with self._database.read() as connection:
            counted = select(func.count()).select_from(reviews).where(_has_words(item))
            return connection.execute(counted).scalar_one()

    def read_of_visitor(self, visitor: VisitorId, start: int, length: int) -> list[Review]:
        """Return the visitor's ratings and reviews, the most recently changed first."""
        latest = _reviews().where(_is_of(visitor)).order_by(_touched_at().desc(), reviews.c.item)
        latest = latest.offset(start).limit(length)
        with self._database.read() as connection:
            return [_review(row) for row in connection.execute(latest)]

    def remove_words(self, visitor: VisitorId, item: ItemId) -> bool:
        """Remove the text of a review; its stars stay. Returns whether there was one."""
        emptied = (
            update(reviews)
            .where(_is_of(visitor), reviews.c.item == item, reviews.c.text != "")
            .values(text="", name="")
        )
        with self._database.begin() as connection:
            return connection.execute(emptied).rowcount > 0

    def merge(self, connection: Connection, source: VisitorId, target: VisitorId) -> None:
        """Give one visitor's stars and reviews to an account. Of two ratings of a product the newer one stays."""
        given = reviews.alias()
        newer = select(given.c.item, given.c.stars, given.c.edited_at).where(
            given.c.visitor == source, _is_of(target), given.c.item == reviews.c.item, given.c.edited_at > _touched_at()
        )
        theirs = select(reviews.c.item).where(_is_of(target))
        for item, stars, edited_at in connection.execute(newer).all():
            changed = update(reviews).where(_is_of(target), reviews.c.item == item)
            connection.execute(changed.values(stars=stars, edited_at=edited_at))
        moved = update(reviews).where(_is_of(source), reviews.c.item.not_in(theirs.scalar_subquery()))
        connection.execute(moved.values(visitor=target, expires_at=None))
        self.forget(connection, source)

    def forget(self, connection: Connection, visitor: VisitorId) -> None:
        """Delete all stars and reviews of the visitor."""
        connection.execute(delete(reviews).where(_is_of(visitor)))


def _rewrite(new: Any) -> dict[str, Any]:
    first = case((reviews.c.text == "", new.written_at), else_=reviews.c.written_at)
    return {name: new[name] for name in ("stars", "text", "name", "edited_at")} | {"written_at": first}


def _rate(new: Any) -> dict[str, Any]:
    edited_at = case((reviews.c.stars == new.stars, reviews.c.edited_at), else_=new.edited_at)
    return {"stars": new.stars, "edited_at": edited_at, "expires_at": new.expires_at}


def _row(review: Review) -> dict[str, Any]:
    times: dict[str, float | None] = {"written_at": review.written_at, "edited_at": review.written_at}
    times["expires_at"] = expires_at(review.visitor, review.written_at, RATING_SECONDS)
    return {"visitor": review.visitor, "item": review.item, "stars": review.stars} | times


def _is_of(visitor: VisitorId) -> ColumnElement[bool]:
    return reviews.c.visitor == visitor


def _touched_at() -> ColumnElement[float]:
    return func.coalesce(reviews.c.edited_at, reviews.c.written_at)


def _has_words(item: ItemId) -> ColumnElement[bool]:
    return (reviews.c.item == item) & (reviews.c.text != "")


def _reviews() -> Select[tuple[object, ...]]:
    bought = exists().where(
        orders.c.visitor == reviews.c.visitor,
        order_lines.c.order == orders.c.number,
        order_lines.c.item == reviews.c.item,
    )
    columns = [column for column in reviews.c if column.name != "expires_at"]
    return select(*columns, bought.label("is_verified"))


def _review(row: Row[tuple[object, ...]]) -> Review:
    # One that was written once carries the same time twice.
    edited_at = row.edited_at if row.edited_at != row.written_at else None
    return Review(
        VisitorId(row.visitor),
        ItemId(row.item),
        row.stars,
        row.text,
        row.name,
        row.written_at,
        edited_at,
        bool(row.is_verified),
    )
