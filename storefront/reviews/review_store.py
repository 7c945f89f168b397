"""Stores reviews in the database: one for each visitor and product."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, delete, exists, func, select, update

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database
from storefront.database.tables import order_lines, orders, reviews
from storefront.database.upsert import upsert
from storefront.reviews.review import Review


class ReviewStore:
    """The reviews of all accounts. Every method raises `DatabaseDown` if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, review: Review) -> None:
        """Store a review. A changed text keeps the time at which it was first written."""
        row = _row(review) | {"text": review.text, "name": review.name}

        def changes(new: Any) -> dict[str, Any]:
            first = case((reviews.c.text == "", new.written_at), else_=reviews.c.written_at)
            return {name: new[name] for name in ("stars", "text", "name", "edited_at")} | {"written_at": first}

        with self._database.begin() as connection:
            upsert(connection, reviews, row, changes)

    def put_stars(self, given: Iterable[Review]) -> None:
        """Store ratings alone. The text and time of an existing review stay."""

        def changes(new: Any) -> dict[str, Any]:
            edited_at = case((reviews.c.stars == new.stars, reviews.c.edited_at), else_=new.edited_at)
            return {"stars": new.stars, "edited_at": edited_at}

        with self._database.begin() as connection:
            for review in given:
                upsert(connection, reviews, _row(review), changes)

    def read(self, visitor: VisitorId, item: ItemId) -> Review | None:
        """Return the visitor's review of a product."""
        with self._database.begin() as connection:
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
        with self._database.begin() as connection:
            return [_review(row) for row in connection.execute(newest)]

    def count_of_item(self, item: ItemId) -> int:
        """Return how many reviews of a product have a text."""
        with self._database.begin() as connection:
            counted = select(func.count()).select_from(reviews).where(_has_words(item))
            return connection.execute(counted).scalar_one()

    def read_of_visitor(self, visitor: VisitorId, start: int, length: int) -> list[Review]:
        """Return the visitor's ratings and reviews, the most recently changed first."""
        touched_at = func.coalesce(reviews.c.edited_at, reviews.c.written_at)
        latest = (
            _reviews().where(_is_of(visitor)).order_by(touched_at.desc(), reviews.c.item).offset(start).limit(length)
        )
        with self._database.begin() as connection:
            return [_review(row) for row in connection.execute(latest)]

    def read_stars(self, visitor: VisitorId) -> dict[ItemId, int]:
        """Return all ratings of the visitor."""
        with self._database.begin() as connection:
            found = connection.execute(select(reviews.c.item, reviews.c.stars).where(_is_of(visitor)))
            return {ItemId(row.item): row.stars for row in found}

    def remove_words(self, visitor: VisitorId, item: ItemId) -> bool:
        """Remove the text of a review; its stars stay. Returns whether there was one."""
        emptied = (
            update(reviews)
            .where(_is_of(visitor), reviews.c.item == item, reviews.c.text != "")
            .values(text="", name="")
        )
        with self._database.begin() as connection:
            return connection.execute(emptied).rowcount > 0

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give one visitor's reviews to another. Of a product that both reviewed, the second's review stays."""
        with self._database.begin() as connection:
            reviewed = select(reviews.c.item).where(_is_of(target)).scalar_subquery()
            connection.execute(
                update(reviews).where(_is_of(source), reviews.c.item.not_in(reviewed)).values(visitor=target)
            )
            connection.execute(delete(reviews).where(_is_of(source)))

    def forget(self, visitor: VisitorId) -> None:
        """Delete all reviews of the visitor."""
        with self._database.begin() as connection:
            connection.execute(delete(reviews).where(_is_of(visitor)))


def _row(review: Review) -> dict[str, Any]:
    times = {"written_at": review.written_at, "edited_at": review.written_at}
    return {"visitor": review.visitor, "item": review.item, "stars": review.stars} | times


def _is_of(visitor: VisitorId) -> ColumnElement[bool]:
    return reviews.c.visitor == visitor


def _has_words(item: ItemId) -> ColumnElement[bool]:
    return (reviews.c.item == item) & (reviews.c.text != "")


def _reviews() -> Select[tuple[object, ...]]:
    bought = exists().where(
        orders.c.visitor == reviews.c.visitor,
        order_lines.c.order == orders.c.number,
        order_lines.c.item == reviews.c.item,
    )
    return select(*reviews.c, bought.label("is_verified"))


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
