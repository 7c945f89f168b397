"""The search page, and suggestions while the visitor types."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from storefront.limits.limits import SEARCH, SUGGEST, Limits
from storefront.limits.throttle import check_limit
from storefront.search.engine import Hit, Search, Suggestions
from storefront.search.selection import Selection, read_selection
from storefront.serving.catalog import ShopCatalog
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.rendering.formatting import price
from storefront.web.search.links import address_of, frame_of

RAIL = 12
POPULAR = 8
SUGGESTIONS_SECONDS = 30
_DEFAULTS = frozenset({("sort", "relevance"), ("page", "1")})


@dataclass(frozen=True, slots=True)
class SearchViews:
    """The search page and the suggestions, with what they need."""

    search: Search
    reader: ServingReader
    lists: Lists
    visitors: VisitorCookies
    limits: Limits

    def prepare(self) -> None:
        """Start loading a new version's index at the first request after it is published."""
        if request.endpoint != "static":
            self.search.prepare()

    def show(self) -> str | BaseResponse:
        """Show the results."""
        check_limit(self.limits, SEARCH)
        selection = read_selection(request.args)
        if is_untidy():
            return redirect(address_of(selection))
        visitor = self.visitors.present()
        catalog = self.reader.read_catalog()
        results = self.search.find(selection, visitor)
        if not 1 <= selection.page <= results.pages:
            abort(404)
        is_empty = not results.total
        popular = sorted(catalog.categories, key=lambda category: -category.size)[:POPULAR]
        return render_template(
            "search/show.html",
            **frame_of(results, catalog),
            popular=popular if is_empty else (),
            for_you=self.lists.read_for_you(visitor, RAIL) if is_empty else None,
        )

    def suggestions(self) -> Response:
        """Answer with suggestions for a text that is being typed, in the order in which they are shown."""
        check_limit(self.limits, SUGGEST)
        text = read_selection(request.args).text
        found = self.search.suggest(text, self.visitors.present())
        response = jsonify(query=text, suggestions=_suggested(found, self.reader.read_catalog()))
        response.headers["Cache-Control"] = f"private, max-age={SUGGESTIONS_SECONDS}"
        return response


def create_blueprint(views: SearchViews) -> Blueprint:
    """Return the routes of the search."""
    blueprint = Blueprint("search", __name__, url_prefix="/search")
    blueprint.before_app_request(views.prepare)
    blueprint.get("")(views.show)
    blueprint.get("/suggestions")(views.suggestions)
    return blueprint


def is_untidy() -> bool:
    """Whether a form without JavaScript left empty fields or defaults in the query string."""
    return any(not value.strip() or (name, value) in _DEFAULTS for name, value in request.args.items(multi=True))


def _suggested(found: Suggestions, catalog: ShopCatalog) -> list[dict[str, Any]]:
    words = [
        {"kind": "words", "text": text, "url": address_of(Selection(text=text)), "note": ""} for text in found.words
    ]
    categories = [
        {
            "kind": "category",
            "text": category.name,
            "url": url_for("catalog.category", slug=category.slug),
            "note": _("Category"),
            "picture": category.picture,
        }
        for category in map(catalog.category, found.categories)
        if category is not None
    ]
    return [*words, *categories, *map(_suggested_product, found.hits)]


def _suggested_product(hit: Hit) -> dict[str, Any]:
    return {
        "kind": "product",
        "item": hit.product.item,
        "text": hit.product.title,
        "marks": hit.spans,
        "url": url_for("products.show", item=hit.product.item),
        "note": price(hit.product.price, hit.product.currency),
        "picture": hit.product.picture,
    }
