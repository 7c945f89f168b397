"""A category of the shop, with filters, sort orders and pages."""

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from storefront.search.engine import Search
from storefront.search.selection import read_selection
from storefront.serving.serving_reader import ServingReader
from storefront.web.search.links import address_of, frame_of
from storefront.web.search.routes import is_untidy


def create_blueprint(*, reader: ServingReader, search: Search) -> Blueprint:
    """Return the routes of the categories."""
    blueprint = Blueprint("categories", __name__, url_prefix="/categories")

    @blueprint.get("/<slug>")
    def show(slug: str) -> str | Response:
        """Show a page of a category, best sellers first unless another order is asked for."""
        catalog = reader.read_catalog()
        category = catalog.category(slug)
        if category is None:
            abort(404)
        selection = read_selection(request.args, shelf=slug)
        if is_untidy():
            return redirect(address_of(selection))
        results = search.browse(selection)
        if not 1 <= selection.page <= results.pages:
            abort(404)
        return render_template("catalog/category.html", **frame_of(results, catalog), category=category)

    return blueprint
