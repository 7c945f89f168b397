"""The front page: the visitor's own list, what moves now, what is rated best, what is new, and the shelves."""

from flask import Blueprint, render_template

from storefront.app.shop import shop

blueprint = Blueprint("home", __name__)

RAIL = 12
ROW = 6
SHELF = 6


@blueprint.get("/")
def index() -> str:
    """Show the front page."""
    parts = shop()
    catalogue = parts.reader.read_catalogue()
    for_you = parts.lists.read_for_you(parts.visitors.present(), RAIL)
    trending = parts.lists.read_trending(RAIL, without=[card.item for card in for_you.items])
    above = [card.item for card in (*for_you.items, *trending.items)]
    top_rated = parts.lists.read_top_rated(ROW, without=above)
    new_arrivals = parts.lists.read_new_arrivals(ROW, without=above)
    shelves = [(category, catalogue.shelf(category.slug, 0, SHELF)) for category in catalogue.categories]
    return render_template(
        "home/index.html",
        for_you=for_you,
        trending=trending,
        top_rated=top_rated,
        new_arrivals=new_arrivals,
        shelves=shelves,
    )
