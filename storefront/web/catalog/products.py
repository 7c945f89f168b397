"""One product's page, and its forms: give stars, say that it is of no interest."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, abort, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.events.intake import Intake
from storefront.limits.event_allowance import EventAllowance
from storefront.security.return_address import safe_next
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.catalog.product_page import ProductPage
from storefront.web.rendering.frame import check_allowance, check_form, check_receipt, wants_json


@dataclass(frozen=True, slots=True)
class ProductViews:
    """A product's page and its forms, with what they need."""

    page: ProductPage
    visitors: VisitorCookies
    intake: Intake
    event_allowance: EventAllowance

    def show(self, item: str) -> str:
        """Show a product."""
        return self.page.render(self.page.find_or_404(item))

    def rate(self, item: str) -> Response:
        """Take the stars that a form gives."""
        check_form()
        check_allowance(self.event_allowance)
        product = self.page.find_or_404(item)
        stars = request.form.get("stars", 0, type=int)
        if not 1 <= stars <= 5:
            abort(400, _("Choose from 1 to 5 stars."))
        fields = {"kind": "item_rated", "item": product.item, "stars": stars, "surface": "product"}
        receipt = self.intake.take(self.visitors.present(), fields)
        check_receipt(receipt)
        if wants_json():
            return jsonify(stars=stars, event_id=receipt.event_id)
        return redirect(_page_before(url_for("products.show", item=product.item)), 303)

    def dismiss(self, item: str) -> Response:
        """Take a "not interested" from a form, and go back to the page that it was on."""
        check_form()
        check_allowance(self.event_allowance)
        product = self.page.find_or_404(item)
        fields = {"kind": "item_dismissed", "item": product.item, "surface": "for_you"}
        if ranking_id := request.form.get("ranking_id"):
            fields["ranking_id"] = ranking_id
        receipt = self.intake.take(self.visitors.present(), fields)
        check_receipt(receipt)
        if wants_json():
            return jsonify(event_id=receipt.event_id)
        return redirect(_page_before(url_for("home.index")), 303)


def create_blueprint(views: ProductViews) -> Blueprint:
    """Return the routes of the product pages."""
    blueprint = Blueprint("products", __name__, url_prefix="/products")
    blueprint.get("/<item>")(views.show)
    blueprint.post("/<item>/rating")(views.rate)
    blueprint.post("/<item>/dismissal")(views.dismiss)
    return blueprint


def _page_before(otherwise: str) -> str:
    """Return the path of the shop's own page that the form was on, if that is known."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return otherwise
    return safe_next(f"{before.path}?{before.query}" if before.query else before.path, otherwise)
