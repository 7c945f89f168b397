"""The front page: the visitor's own list, what is trending, what is rated best, what is new, and the categories."""

from flask import Blueprint, render_template

from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitors import VisitorCookies

RAIL = 12
ROW = 6
SHELF = 6


def create_blueprint(*, reader: ServingReader, lists: Lists, visitors: VisitorCookies) -> Blueprint:
    """Return the route of the front page."""
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    def index() -> str:
        """Show the front page."""
        catalog = reader.read_catalog()
        for_you = lists.read_for_you(visitors.present(), RAIL)
        trending = lists.read_trending(RAIL, without=[card.item for card in for_you.items])
        above = [card.item for card in (*for_you.items, *trending.items)]
        return render_template(
            "catalog/home.html",
            for_you=for_you,
            trending=trending,
            top_rated=lists.read_top_rated(ROW, without=above),
            new_arrivals=lists.read_new_arrivals(ROW, without=above),
            shelves=[(category, catalog.shelf(category.slug, 0, SHELF)) for category in catalog.categories],
        )

    return blueprint
