"""The home page, the categories, the pictures of products, and the current lists as JSON."""

from dataclasses import dataclass

import msgspec
from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from online_models.schema.events import ItemId
from online_models.schema.keyspace import RANKING_LENGTH, TRENDING_LENGTH
from storefront.search.engine import Search
from storefront.search.selection import read_selection
from storefront.serving.lists import Lists, ShownList
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.catalog.home import HomeReader
from storefront.web.catalog.taste_picker import picked_before
from storefront.web.rendering.assets import FOR_EVER
from storefront.web.rendering.frame import reload_name
from storefront.web.search.links import address_of, frame_of
from storefront.web.search.routes import is_untidy

NAMED = 3
"""Products that a category's description for search engines names."""

NO_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><rect width="200" height="200" fill="#e9e6e0"/>'
    b'<path d="M60 78h80l8 62H52z M80 78a20 20 0 0 1 40 0" fill="none" stroke="#a79f92" stroke-width="6"/></svg>'
)
"""What stands for a picture where a product has none."""


@dataclass(frozen=True, slots=True)
class CatalogViews:
    """The pages and lists of the catalog, with what they are read from."""

    reader: ServingReader
    lists: Lists
    belongings: BelongingsReader
    visitors: VisitorCookies
    search: Search
    home_page: HomeReader

    def home(self) -> str:
        """Show the home page: the visitor's own lists, those that are the same for everybody, and some categories."""
        home = self.home_page.read(self.visitors.present(), reload_name(), picked_before())
        return render_template("catalog/home.html", home=home)

    def category(self, slug: str) -> str | BaseResponse:
        """Show a page of a category with filters, best sellers first unless another order is asked for."""
        catalog = self.reader.read_catalog()
        category = catalog.category(slug)
        if category is None:
            abort(404)
        selection = read_selection(request.args, category_page=slug)
        if is_untidy():
            return redirect(address_of(selection))
        results = self.search.browse(selection)
        if not 1 <= selection.page <= results.pages:
            abort(404)
        titles = tuple(hit.product.title for hit in results.hits[:NAMED])
        return render_template(
            "catalog/category.html", **frame_of(results, catalog), category=category, first_titles=titles
        )

    def picture(self, name: str) -> Response:
        """Answer with a generated picture. Its name is the hash of its content, so browsers cache it forever."""
        picture = NO_PICTURE if name == "none" else self.reader.read_picture(name)
        if picture is None:
            # In words, but not as a page of the shop: a picture gives nobody a cookie.
            return Response(_("It may have moved, or the link may be wrong."), 404, mimetype="text/plain")
        return Response(picture, mimetype="image/svg+xml", headers={"Cache-Control": FOR_EVER})

    def recommendations(self) -> Response:
        """Answer with the visitor's own lists, and with those that are the same for everybody."""
        visitor = self.visitors.present()
        return _json_of(
            self.lists.read_for_you(visitor, RANKING_LENGTH),
            self.lists.read_bought_together(visitor, self.belongings.read(visitor).basket),
            self.lists.read_trending(visitor, TRENDING_LENGTH),
            self.lists.read_top_rated(visitor, TRENDING_LENGTH),
            self.lists.read_new_arrivals(visitor, TRENDING_LENGTH),
        )

    def related(self, item: str) -> Response:
        """Answer with the lists that belong to a product."""
        product = self.reader.read_catalog().product(ItemId(item))
        if product is None:
            abort(404)
        visitor = self.visitors.present()
        goes_well_with = self.lists.read_goes_well_with(visitor, product.item)
        return _json_of(goes_well_with, self.lists.read_similar(visitor, product))


def create_blueprint(views: CatalogViews) -> Blueprint:
    """Return the routes of the catalog, but for those of a product."""
    blueprint = Blueprint("catalog", __name__)
    blueprint.get("/")(views.home)
    blueprint.get("/categories/<slug>")(views.category)
    blueprint.get("/pictures/<name>.svg")(views.picture)
    blueprint.get("/recommendations")(views.recommendations)
    blueprint.get("/recommendations/<item>")(views.related)
    return blueprint


def _json_of(*lists: ShownList) -> Response:
    response = jsonify({one.surface: msgspec.to_builtins(one) for one in lists})
    response.headers["Cache-Control"] = "no-store"
    return response
