"""The front page: the visitor's own list, what moves now, and the shelves."""

from flask import Blueprint, render_template

from storefront.shop import shop

blueprint = Blueprint("home", __name__)

RAIL = 12
SHELF = 6


@blueprint.get("/")
def index() -> str:
    """Show the front page."""
    parts = shop()
    catalogue = parts.reader.read_catalogue()
    for_you = parts.lists.read_for_you(parts.visitors.present(), RAIL)
    trending = parts.lists.read_trending(RAIL, without=[card.item for card in for_you.items])
    shelves = [(category, catalogue.shelf(category.slug, 0, SHELF)) for category in catalogue.categories]
    return render_template("home/index.html", for_you=for_you, trending=trending, shelves=shelves)
