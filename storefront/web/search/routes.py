"""The search page, and what is suggested while somebody types."""

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from storefront.app.shop import shop
from storefront.search.selection import Selection, read_selection
from storefront.security.limits import SEARCH, SUGGEST
from storefront.security.throttle import check_limit
from storefront.web.rendering.formatting import price
from storefront.web.search.links import address_of, frame_of

blueprint = Blueprint("search", __name__, url_prefix="/search")

RAIL = 12
POPULAR = 8
SUGGESTIONS_SECONDS = 30
_SAY_NOTHING = frozenset({("sort", "relevance"), ("page", "1")})


@blueprint.before_app_request
def prepare() -> None:
    """Begin to fetch a new version's index with the first request after it is served."""
    if request.endpoint != "static":
        shop().search.prepare()


@blueprint.get("")
def show() -> str | BaseResponse:
    """Show what was found."""
    check_limit(SEARCH)
    parts = shop()
    selection = read_selection(request.args)
    if is_untidy():
        return redirect(address_of(selection))
    visitor = parts.visitors.present()
    catalogue = parts.reader.read_catalogue()
    results = parts.search.find(selection, visitor)
    if not 1 <= selection.page <= results.pages:
        abort(404)
    is_empty = not results.total
    popular = sorted(catalogue.categories, key=lambda category: -category.size)[:POPULAR]
    return render_template(
        "search/show.html",
        **frame_of(results, catalogue),
        popular=popular if is_empty else (),
        for_you=parts.lists.read_for_you(visitor, RAIL) if is_empty else None,
    )


@blueprint.get("/suggestions")
def suggestions() -> Response:
    """Answer with what to offer for a text that is being typed, in the order in which it is shown."""
    check_limit(SUGGEST)
    parts = shop()
    selection = read_selection(request.args)
    catalogue = parts.reader.read_catalogue()
    found = parts.search.suggest(selection.text, parts.visitors.present())
    words = [
        {"kind": "words", "text": text, "url": address_of(Selection(text=text)), "note": ""} for text in found.words
    ]
    shelves = [
        {
            "kind": "category",
            "text": category.name,
            "url": url_for("categories.show", slug=category.slug),
            "note": _("Category"),
            "picture": category.picture,
        }
        for category in map(catalogue.category, found.shelves)
        if category is not None
    ]
    products = [
        {
            "kind": "product",
            "item": hit.product.item,
            "text": hit.product.title,
            "marks": hit.spans,
            "url": url_for("products.show", item=hit.product.item),
            "note": price(hit.product.price, hit.product.currency),
            "picture": hit.product.picture,
        }
        for hit in found.hits
    ]
    response = jsonify(query=selection.text, suggestions=[*words, *shelves, *products])
    response.headers["Cache-Control"] = f"private, max-age={SUGGESTIONS_SECONDS}"
    return response


def is_untidy() -> bool:
    """Whether a form without JavaScript has left empty fields, or an order or page that goes without saying."""
    return any(not value.strip() or (name, value) in _SAY_NOTHING for name, value in request.args.items(multi=True))
