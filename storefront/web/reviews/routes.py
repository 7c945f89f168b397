"""Writing and removing reviews, and the page of all that one visitor has rated. Product pages show them."""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.product import Product
from storefront.app.shop import shop
from storefront.database.connection import DatabaseDown
from storefront.database.tables import NAME_LENGTH, REVIEW_LENGTH
from storefront.events.receipt import Receipt, Refusal
from storefront.reviews.author import has_account, present_author
from storefront.reviews.review import Review, TextTooLong, clean_text
from storefront.security.limits import REVIEW, Verdict
from storefront.security.throttle import waiting
from storefront.web.account.page import ways_of_present
from storefront.web.catalog.products import product_or_404, render_product
from storefront.web.rendering.formatting import count
from storefront.web.rendering.frame import SECONDS_TO_WAIT, check_form, has_allowance

blueprint = Blueprint("reviews", __name__)

PAGE = 20
MOST_PAGES = 200


@blueprint.post("/products/<item>/review")
def save(item: str) -> Response | tuple[str, int]:
    """Keep stars and words. What cannot be kept comes back as it was typed, with the reason beside it."""
    check_form()
    product = product_or_404(item)
    parts = shop()
    text, stars = request.form.get("text", ""), request.form.get("stars", 0, type=int)
    author = present_author()

    def again(problem: str, code: int) -> tuple[str, int]:
        return render_product(product, typed=text, typed_stars=stars, problem=problem), code

    if author is None:
        return again(_("You’ve been signed out. Sign in, then save your review again."), 403)
    if not 1 <= stars <= 5:
        return again(_("Choose from 1 to 5 stars."), 422)
    try:
        words = clean_text(text)
    except TextTooLong:
        return again(_("Use no more than %(count)s characters.", count=count(REVIEW_LENGTH)), 422)
    verdict = parts.limits.allow(REVIEW, author.visitor)
    if not verdict.allowed:
        return _later(again(waiting(verdict), 429), verdict)
    receipt = _rate(author.visitor, product.item, stars)
    if receipt.reason == Refusal.TOO_MANY:
        verdict = Verdict(allowed=False, retry_after=SECONDS_TO_WAIT)
        return _later(again(waiting(verdict), 429), verdict)
    if not receipt.accepted:
        return again(_("Something went wrong. Please try again in a moment."), 503)
    name = author.name[:NAME_LENGTH] if words else ""
    try:
        parts.reviews.put(Review(author.visitor, product.item, stars, words, name, written_at=parts.now()))
    except DatabaseDown:
        return again(_("We can’t save your review right now. Please try again in a moment."), 503)
    return _to_reviews(product)


@blueprint.post("/products/<item>/review/removal")
def remove(item: str) -> Response:
    """Take the visitor's words away, or, for an operator, anybody's. The stars stay."""
    check_form()
    product = product_or_404(item)
    author = present_author()
    if author is None:
        abort(403)
    whose = VisitorId(request.form.get("visitor") or author.visitor)
    if whose != author.visitor and not author.is_operator:
        abort(403)
    shop().reviews.remove_words(whose, product.item)
    return _to_reviews(product)


@blueprint.get("/account/reviews")
def index() -> str:
    """Show all that the visitor has rated, what they touched last first."""
    parts = shop()
    visitor = parts.visitors.present()
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= MOST_PAGES:
        abort(404)
    stars = parts.ratings.read(visitor)
    found = _own_reviews(visitor, stars, (page - 1) * PAGE)
    if page > 1 and not found:
        abort(404)
    catalogue = parts.reader.read_catalogue()
    return render_template(
        "reviews/index.html",
        reviews=[(review, catalogue.product(review.item)) for review in found[:PAGE]],
        is_signed_in=present_author() is not None,
        page=page,
        has_next=len(found) > PAGE,
        ways=ways_of_present(),
    )


def _rate(visitor: VisitorId, item: ItemId, stars: int) -> Receipt:
    """Take in the stars of a review, if they are others than before."""
    parts = shop()
    if parts.ratings.read(visitor).get(item) == stars:
        return Receipt(event_id=None, accepted=True)
    fields = {"kind": "item_rated", "item": item, "stars": stars, "surface": "product"}
    return parts.intake.take(visitor, fields) if has_allowance() else parts.intake.refuse(fields, Refusal.TOO_MANY)


def _later(page: tuple[str, int], verdict: Verdict) -> Response:
    answer = make_response(page)
    answer.headers["Retry-After"] = str(verdict.retry_after)
    return answer


def _own_reviews(visitor: VisitorId, stars: dict[ItemId, int], start: int) -> list[Review]:
    """Return one more than a page holds. An anonymous visitor's stars are in Redis alone, and have no times."""
    parts = shop()
    if has_account(visitor):
        parts.star_record.settle(visitor, stars)
        return parts.reviews.read_of_visitor(visitor, start, PAGE + 1)
    given = [Review(visitor, item, number) for item, number in reversed(stars.items())]
    return given[start : start + PAGE + 1]


def _to_reviews(product: Product) -> Response:
    return redirect(url_for("products.show", item=product.item, _anchor="reviews"), 303)
