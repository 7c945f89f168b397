"""Writing and removing reviews, which product pages show, and the page of all that one visitor has rated."""

import time
from dataclasses import dataclass

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.product import Product
from storefront.database.connection import DatabaseDown
from storefront.database.tables import NAME_LENGTH, REVIEW_LENGTH
from storefront.events.receipt import Receipt, Refusal
from storefront.limits.limits import REVIEW, Limits, Verdict
from storefront.limits.throttle import waiting
from storefront.reviews.author import present_author
from storefront.reviews.review import Review, TextTooLong, clean_text
from storefront.reviews.review_store import ReviewStore
from storefront.security.operators import Operators
from storefront.web.catalog.products import ProductPage
from storefront.web.live.interactions import SECONDS_TO_WAIT, HttpEvents, check_form
from storefront.web.rendering.formatting import count

PAGE = 20
MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class ReviewViews:
    """The forms of reviews and the page of a visitor's own, with what they need."""

    page: ProductPage
    reviews: ReviewStore
    limits: Limits
    events: HttpEvents
    operators: Operators

    def index(self) -> str:
        """Show all that the visitor has rated, most recently changed first."""
        page = request.args.get("page", 1, type=int)
        if not 1 <= page <= MOST_PAGES:
            abort(404)
        found = self.reviews.read_of_visitor(self.page.visitors.present(), (page - 1) * PAGE, PAGE + 1)
        if page > 1 and not found:
            abort(404)
        catalog = self.page.reader.read_catalog()
        return render_template(
            "reviews/index.html",
            reviews=[(review, catalog.product(review.item)) for review in found[:PAGE]],
            is_signed_in=present_author() is not None,
            page=page,
            has_next=len(found) > PAGE,
        )

    def save(self, item: str) -> Response | tuple[str, int]:
        """Keep stars and words. What cannot be kept comes back as it was typed, with the reason beside it."""
        check_form()
        product = self.page.find_or_404(item)
        text, stars = request.form.get("text", ""), request.form.get("stars", 0, type=int)
        author = present_author()

        def again(problem: str, code: int) -> tuple[str, int]:
            return self.page.render(product, typed=text, typed_stars=stars, problem=problem), code

        def later(verdict: Verdict, problem: str = "") -> Response:
            answer = make_response(again(problem, 503) if problem else again(waiting(verdict), 429))
            answer.headers["Retry-After"] = str(verdict.retry_after)
            return answer

        if author is None:
            return again(_("You’ve been signed out. Sign in, then save your review again."), 403)
        if not 1 <= stars <= 5:
            return again(_("Choose from 1 to 5 stars."), 422)
        try:
            words = clean_text(text)
        except TextTooLong:
            return again(_("Use no more than %(count)s characters.", count=count(REVIEW_LENGTH)), 422)
        verdict = self.limits.allow(REVIEW, author.visitor)
        if not verdict.allowed:
            return later(verdict)
        receipt = self._rate(author.visitor, product.item, stars)
        soon = Verdict(allowed=False, retry_after=SECONDS_TO_WAIT)
        unsaved = _("We can’t save your review right now. Please try again in a moment.")
        if receipt.reason == Refusal.TOO_MANY:
            return later(soon)
        if not receipt.accepted:
            return later(soon, unsaved)
        name = author.name[:NAME_LENGTH] if words else ""
        try:
            self.reviews.put(Review(author.visitor, product.item, stars, words, name, written_at=time.time()))
        except DatabaseDown:
            return later(soon, unsaved)
        return _to_reviews(product)

    def remove(self, item: str) -> Response:
        """Take the visitor's words away, or, for an operator, anybody's. The stars stay."""
        check_form()
        product = self.page.find_or_404(item)
        author = present_author()
        if author is None:
            abort(403)
        whose = VisitorId(request.form.get("visitor") or author.visitor)
        if whose != author.visitor and not self.operators.is_operator():
            self.operators.refuse()
        self.reviews.remove_words(whose, product.item)
        return _to_reviews(product)

    def _rate(self, visitor: VisitorId, item: ItemId, stars: int) -> Receipt:
        """Take in the stars of a review, if they are others than before."""
        if self.page.belongings.read(visitor).stars.get(item) == stars:
            return Receipt(event_id=None, accepted=True)
        said = {"kind": "item_rated", "item": item, "stars": stars}
        event_id = self.events.event_id_of_form("item_rated", item, None, stars)
        return self.events.report(visitor, {**said, "surface": "product", "event_id": event_id})


def create_blueprint(views: ReviewViews) -> Blueprint:
    """Return the routes of reviews."""
    blueprint = Blueprint("reviews", __name__)
    blueprint.get("/account/reviews")(views.index)
    blueprint.post("/products/<item>/review")(views.save)
    blueprint.post("/products/<item>/review/removal")(views.remove)
    return blueprint


def _to_reviews(product: Product) -> Response:
    return redirect(url_for("products.show", item=product.item, _anchor="reviews"), 303)
