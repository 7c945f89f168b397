"""The page of all that one visitor has rated."""

from flask import Blueprint, abort, render_template, request

from storefront.reviews.author import present_author
from storefront.reviews.history import RatingHistory
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitors import VisitorCookies

PAGE = 20
MOST_PAGES = 200


def add_history(
    blueprint: Blueprint, *, history: RatingHistory, reader: ServingReader, visitors: VisitorCookies
) -> Blueprint:
    """Add the page to the blueprint of reviews, and return it."""

    @blueprint.get("/account/reviews")
    def index() -> str:
        """Show all that the visitor has rated, most recently changed first."""
        page = request.args.get("page", 1, type=int)
        if not 1 <= page <= MOST_PAGES:
            abort(404)
        found = history.read(visitors.present(), (page - 1) * PAGE, PAGE + 1)
        if page > 1 and not found:
            abort(404)
        catalog = reader.read_catalog()
        return render_template(
            "reviews/index.html",
            reviews=[(review, catalog.product(review.item)) for review in found[:PAGE]],
            is_signed_in=present_author() is not None,
            page=page,
            has_next=len(found) > PAGE,
        )

    return blueprint
