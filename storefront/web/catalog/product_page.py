"""What a product's page shows: the product, its stars and reviews, and what belongs to it."""

from dataclasses import dataclass

from flask import abort, render_template, request

from online_models.schema.events import ItemId
from online_models.schema.product import Product
from storefront.database.tables import REVIEW_LENGTH
from storefront.reviews.author import present_author
from storefront.reviews.product_reviews import MOST_PAGES, ProductReviews
from storefront.reviews.review import StarSummary
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitor_numbers import VisitorNumbers
from storefront.visitor_state.visitors import VisitorCookies

RAIL = 8
RELATED = 6
VIEWED = 6


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Finds products and draws their pages, for the views of products and of reviews."""

    reader: ServingReader
    lists: Lists
    visitors: VisitorCookies
    ratings: VisitorNumbers
    viewed: Viewed
    reviews: ProductReviews

    def find_or_404(self, item: str) -> Product:
        """Return a product that the shop sells now."""
        product = self.reader.read_catalog().product(ItemId(item))
        if product is None:
            abort(404)
        return product

    def render(self, product: Product, typed: str | None = None, typed_stars: int = 0, problem: str = "") -> str:
        """Draw the page of a product. A review that could not be saved stays in its form as it was typed."""
        visitor = self.visitors.present()
        author = present_author()
        page = request.args.get("reviews", 1, type=int)
        if not 1 <= page <= MOST_PAGES:
            abort(404)
        reviews = self.reviews.read(product.item, page, author.visitor if author else None)
        if reviews.is_known and page > reviews.pages:
            abort(404)
        stars = self.ratings.read(visitor).get(product.item, 0)
        goes_well_with = self.lists.read_goes_well_with(product.item, RELATED, visitor)
        return render_template(
            "catalog/product.html",
            product=product,
            category=self.reader.read_catalog().category(product.category),
            stars=stars,
            summary=StarSummary(self.reader.read_stars(product.item)),
            reviews=reviews,
            author=author,
            typed=typed if typed is not None else reviews.own.text if reviews.own else "",
            typed_stars=typed_stars or stars or (reviews.own.stars if reviews.own else 0),
            problem=problem,
            review_length=REVIEW_LENGTH,
            for_you=self.lists.read_for_you(visitor, RAIL, without=(product.item,)),
            goes_well_with=goes_well_with,
            similar=self.lists.read_similar(product, RELATED, without=[card.item for card in goes_well_with.items]),
            viewed=self.lists.read_recently_viewed(self.viewed.read(visitor), VIEWED, without=(product.item,)),
        )
