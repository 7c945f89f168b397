"""A product's page and its forms: rate it, dismiss it, ask for more like it."""

from dataclasses import dataclass

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from online_models.schema.events import ItemId
from online_models.schema.product import Product
from storefront.database.tables import REVIEW_LENGTH
from storefront.reviews.author import present_author
from storefront.reviews.own_stars import OwnStars
from storefront.reviews.product_reviews import MOST_PAGES, ProductReviews
from storefront.reviews.review import StarSummary
from storefront.security.return_address import page_before
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.catalog.product_text import text_of
from storefront.web.live.interactions import HttpEvents, check_form
from storefront.web.rendering.frame import reload_name, wants_json

RAIL = 8
RELATED = 6
VIEWED = 6


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Finds products and renders their pages, for the views of products and of reviews."""

    reader: ServingReader
    lists: Lists
    visitors: VisitorCookies
    belongings: BelongingsReader
    viewed: Viewed
    reviews: ProductReviews
    own_stars: OwnStars

    def find_or_404(self, item: str) -> Product:
        """Return a product that the shop sells now."""
        product = self.reader.read_catalog().product(ItemId(item))
        if product is None:
            abort(404)
        return product

    def find_withdrawn(self, item: str) -> Product | None:
        """Return a product that the shop does not sell any more, but did until lately."""
        reader = self.reader
        return None if reader.read_catalog().product(item) else reader.read_withdrawn(ItemId(item))

    def render_withdrawn(self, product: Product) -> str:
        """Render what stands where a product's page was."""
        visitor = self.visitors.present()
        similar = self.lists.read_similar(visitor, product, RELATED)
        without = [card.item for card in similar.items]
        return render_template(
            "catalog/withdrawn.html",
            product=product,
            category=self.reader.read_catalog().category(product.category),
            similar=similar,
            for_you=self.lists.read_for_you(visitor, RAIL, without=without, reload=reload_name()),
        )

    def render(self, product: Product, typed: str | None = None, typed_stars: int = 0, problem: str = "") -> str:
        """Render the page of a product. A review that could not be saved stays in its form."""
        visitor = self.visitors.present()
        author, catalog = present_author(), self.reader.read_catalog()
        category = catalog.category(product.category)
        page = request.args.get("reviews", 1, type=int)
        if not 1 <= page <= MOST_PAGES:
            abort(404)
        reviews = self.reviews.read(product.item, page, author.visitor if author else None)
        if reviews.is_known and page > reviews.pages:
            abort(404)
        stars = self.belongings.read(visitor).stars.get(product.item, 0)
        # Each product is in one list of the page: where there is most to say of it.
        goes_well_with = self.lists.read_goes_well_with(visitor, product.item, RELATED)
        paired = [card.item for card in goes_well_with.items]
        similar = self.lists.read_similar(visitor, product, RELATED, without=paired)
        shown = [product.item, *paired, *(card.item for card in similar.items)]
        return render_template(
            "catalog/product.html",
            product=product,
            category=category,
            text=text_of(product, category),
            variants=tuple(catalog.variants(product)),
            stars=stars,
            summary=StarSummary(self.own_stars.read(visitor, product.item)),
            reviews=reviews,
            author=author,
            typed=typed if typed is not None else reviews.own.text if reviews.own else "",
            typed_stars=typed_stars or stars or (reviews.own.stars if reviews.own else 0),
            problem=problem,
            review_length=REVIEW_LENGTH,
            for_you=self.lists.read_for_you(visitor, RAIL, without=shown, reload=reload_name()),
            goes_well_with=goes_well_with,
            similar=similar,
            viewed=self.lists.read_recently_viewed(visitor, self.viewed.read(visitor), VIEWED, (product.item,)),
        )


@dataclass(frozen=True, slots=True)
class ProductViews:
    """A product's page and its forms, with what they need."""

    page: ProductPage
    events: HttpEvents

    def show(self, item: str) -> str | tuple[str, int]:
        """Show a product; of one that the shop had until lately, what is like it."""
        if withdrawn := self.page.find_withdrawn(item):
            return self.page.render_withdrawn(withdrawn), 410
        return self.page.render(self.page.find_or_404(item))

    def rate(self, item: str) -> Response:
        """Take a rating."""
        check_form()
        product = self.page.find_or_404(item)
        stars = request.form.get("stars", 0, type=int)
        if not 1 <= stars <= 5:
            abort(400, _("Choose from 1 to 5 stars."))
        receipt = self.events.take(kind="item_rated", item=product.item, stars=stars, surface="product")
        if wants_json():
            return jsonify(stars=stars, event_id=receipt.event_id)
        return redirect(page_before(request, url_for("products.show", item=product.item)), 303)

    def dismiss(self, item: str) -> Response:
        """Take a "not interested" from a form, and go back to the page that it was on."""
        return self._answer("item_dismissed", item)

    def like(self, item: str) -> Response:
        """Take a "more like this" from a form, and go back to the page that it was on."""
        return self._answer("item_liked", item)

    def _answer(self, kind: str, item: str) -> Response:
        """Take what a visitor answers to a recommendation."""
        check_form()
        product = self.page.find_or_404(item)
        ranking = {"ranking_id": ranking_id} if (ranking_id := request.form.get("ranking_id")) else {}
        receipt = self.events.take(kind=kind, item=product.item, surface="for_you", **ranking)
        if wants_json():
            return jsonify(event_id=receipt.event_id)
        return redirect(page_before(request, url_for("catalog.home")), 303)


def create_blueprint(views: ProductViews) -> Blueprint:
    """Return the routes of the product pages."""
    blueprint = Blueprint("products", __name__, url_prefix="/products")
    blueprint.get("/<item>")(views.show)
    blueprint.post("/<item>/rating")(views.rate)
    blueprint.post("/<item>/dismissal")(views.dismiss)
    blueprint.post("/<item>/like")(views.like)
    return blueprint
