"""A visitor's own ratings and reviews, the most recently changed first."""

from online_models.schema.events import VisitorId
from storefront.reviews.author import has_account
from storefront.reviews.review import Review
from storefront.reviews.review_store import ReviewStore
from storefront.reviews.star_record import StarRecord
from storefront.visitor_state.visitor_numbers import VisitorNumbers


class RatingHistory:
    """Reads a visitor's own ratings: an account's from the database, an anonymous visitor's from Redis alone."""

    def __init__(self, ratings: VisitorNumbers, star_record: StarRecord, reviews: ReviewStore) -> None:
        self._ratings = ratings
        self._star_record = star_record
        self._reviews = reviews

    def read(self, visitor: VisitorId, start: int, length: int) -> list[Review]:
        """Return some of the visitor's ratings. Those of an anonymous visitor have no times. Raises `DatabaseDown`."""
        stars = self._ratings.read(visitor)
        if has_account(visitor):
            self._star_record.settle(visitor, stars)
            return self._reviews.read_of_visitor(visitor, start, length)
        given = [Review(visitor, item, number) for item, number in reversed(stars.items())]
        return given[start : start + length]
