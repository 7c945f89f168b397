"""One shelf of the shop, 48 products a page."""

from flask import Blueprint, abort, render_template, request

from storefront.shop import shop

blueprint = Blueprint("categories", __name__, url_prefix="/categories")

PAGE = 48


@blueprint.get("/<slug>")
def show(slug: str) -> str:
    """Show a page of a category, best sellers first."""
    catalogue = shop().reader.read_catalogue()
    category = catalogue.category(slug)
    if category is None:
        abort(404)
    pages = max(1, -(-len(catalogue.shelves.get(slug, ())) // PAGE))
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= pages:
        abort(404)
    return render_template(
        "categories/show.html",
        category=category,
        products=catalogue.shelf(slug, (page - 1) * PAGE, PAGE),
        page=page,
        pages=pages,
    )
