"""The reviews under a product, as its page shows them. The page works without them while the database is down."""

from dataclasses import dataclass

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import DatabaseDown
from storefront.reviews.review import Review
from storefront.reviews.review_store import ReviewStore

PAGE = 8
MOST_PAGES = 500


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of a product's reviews. The visitor's ``own`` is not among them; ``count`` is of all that have words."""

    reviews: tuple[Review, ...] = ()
    own: Review | None = None
    count: int = 0
    page: int = 1
    is_known: bool = True

    @property
    def pages(self) -> int:
        """How many pages the others' reviews take."""
        others = self.count - (1 if self.own and self.own.text else 0)
        return min(MOST_PAGES, max(1, -(-others // PAGE)))


class ProductReviews:
    """Reads reviews for pages."""

    def __init__(self, reviews: ReviewStore) -> None:
        self._reviews = reviews

    def read(self, item: ItemId, page: int, visitor: VisitorId | None) -> ReviewPage:
        """Return a page of reviews, with the visitor's own if they have an account; none while the database is down."""
        try:
            own = self._reviews.read(visitor, item) if visitor else None
            found = self._reviews.read_of_item(item, (page - 1) * PAGE, PAGE, without=visitor)
            # A first page that is not full holds them all.
            is_all = page == 1 and len(found) < PAGE
            count = len(found) + bool(own and own.text) if is_all else self._reviews.count_of_item(item)
            return ReviewPage(tuple(found), own, count, page)
        except DatabaseDown:
            return ReviewPage(is_known=False)
