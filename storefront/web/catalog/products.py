"""One product: what it is, stars to give, what belongs to it, and the way to say that it is of no interest."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from online_models.schema.events import ItemId
from online_models.schema.product import Product
from storefront.app.shop import shop
from storefront.database.tables import REVIEW_LENGTH
from storefront.reviews.author import present_author
from storefront.reviews.product_reviews import MOST_PAGES
from storefront.reviews.review import StarSummary
from storefront.security.return_address import safe_next
from storefront.web.rendering.frame import check_allowance, check_form, check_receipt, wants_json

blueprint = Blueprint("products", __name__, url_prefix="/products")

RAIL = 8
RELATED = 6
VIEWED = 6


@blueprint.get("/<item>")
def show(item: str) -> str:
    """Show a product."""
    return render_product(product_or_404(item))


@blueprint.post("/<item>/rating")
def rate(item: str) -> Response:
    """Take the stars that a form gives."""
    check_form()
    check_allowance()
    product = product_or_404(item)
    parts = shop()
    stars = request.form.get("stars", 0, type=int)
    if not 1 <= stars <= 5:
        abort(400, _("Choose from 1 to 5 stars."))
    fields = {"kind": "item_rated", "item": product.item, "stars": stars, "surface": "product"}
    receipt = parts.intake.take(parts.visitors.present(), fields)
    check_receipt(receipt)
    if wants_json():
        return jsonify(stars=stars, event_id=receipt.event_id)
    return redirect(_page_before(url_for("products.show", item=product.item)), 303)


@blueprint.post("/<item>/dismissal")
def dismiss(item: str) -> Response:
    """Take a "not interested" from a form, and go back to the page that it stood on."""
    check_form()
    check_allowance()
    product = product_or_404(item)
    parts = shop()
    fields = {"kind": "item_dismissed", "item": product.item, "surface": "for_you"}
    if ranking_id := request.form.get("ranking_id"):
        fields["ranking_id"] = ranking_id
    receipt = parts.intake.take(parts.visitors.present(), fields)
    check_receipt(receipt)
    if wants_json():
        return jsonify(event_id=receipt.event_id)
    return redirect(_page_before(url_for("home.index")), 303)


def render_product(product: Product, typed: str | None = None, typed_stars: int = 0, problem: str = "") -> str:
    """Draw the page of a product. A review that could not be kept stands in its form as it was typed."""
    parts = shop()
    visitor = parts.visitors.present()
    author = present_author()
    page = request.args.get("reviews", 1, type=int)
    if not 1 <= page <= MOST_PAGES:
        abort(404)
    reviews = parts.shelf.read(product.item, page, author.visitor if author else None)
    if reviews.is_known and page > reviews.pages:
        abort(404)
    stars = parts.ratings.read(visitor).get(product.item, 0)
    goes_well_with = parts.lists.read_goes_well_with(product.item, RELATED, visitor)
    return render_template(
        "products/show.html",
        product=product,
        category=parts.reader.read_catalogue().category(product.category),
        stars=stars,
        summary=StarSummary(parts.reader.read_stars(product.item)),
        reviews=reviews,
        author=author,
        typed=typed if typed is not None else reviews.own.text if reviews.own else "",
        typed_stars=typed_stars or stars or (reviews.own.stars if reviews.own else 0),
        problem=problem,
        review_length=REVIEW_LENGTH,
        for_you=parts.lists.read_for_you(visitor, RAIL, without=(product.item,)),
        goes_well_with=goes_well_with,
        similar=parts.lists.read_similar(product, RELATED, without=[card.item for card in goes_well_with.items]),
        viewed=parts.lists.read_recently_viewed(parts.viewed.read(visitor), VIEWED, without=(product.item,)),
    )


def product_or_404(item: str) -> Product:
    """Return a product that the shop sells now."""
    product = shop().reader.read_catalogue().product(ItemId(item))
    if product is None:
        abort(404)
    return product


def _page_before(otherwise: str) -> str:
    """Return the path of the shop's own page that the form was on, if that is known."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return otherwise
    return safe_next(f"{before.path}?{before.query}" if before.query else before.path, otherwise)
