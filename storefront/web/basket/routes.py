"""The basket's page and its forms."""

from dataclasses import dataclass

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from online_models.schema.events import ItemId
from storefront.database.connection import DatabaseDown
from storefront.limits.client_address import client_network
from storefront.orders.checkout import Basket, Checkout
from storefront.serving.lists import Lists
from storefront.visitor_state.baskets import MOST_OF_AN_ITEM
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.interactions import RETRY_SECONDS, HttpEvents, check_form, check_receipt
from storefront.web.rendering.formatting import count, price
from storefront.web.rendering.frame import wants_json

RAIL = 8
TOGETHER = 6
VIEWED = 6


@dataclass(frozen=True, slots=True)
class BasketViews:
    """The basket's page and its forms, with what they need."""

    visitors: VisitorCookies
    checkout: Checkout
    belongings: BelongingsReader
    viewed: Viewed
    lists: Lists
    events: HttpEvents

    def show(self) -> Response:
        """Show the basket. While the database is down, the page says so."""
        visitor = self.visitors.present()
        try:
            basket, is_known = self.checkout.read_basket(visitor), True
        except DatabaseDown:
            basket, is_known = Basket((), ()), False
        inside = [*basket.gone, *(line.product.item for line in basket.lines)]
        together = self.lists.read_bought_together(visitor, inside, TOGETHER)
        above = [*inside, *(card.item for card in together.items)]
        page = render_template(
            "basket/show.html",
            basket=basket,
            is_known=is_known,
            bought_together=together,
            for_you=self.lists.read_for_you(visitor, RAIL, without=above),
            viewed=self.lists.read_recently_viewed(visitor, self.viewed.read(visitor), VIEWED, inside),
        )
        answer = make_response(page, 200 if is_known else 503)
        if not is_known:
            answer.headers["Retry-After"] = str(RETRY_SECONDS)
        return answer

    def summary(self) -> Response:
        """Answer with what the basket's drawer shows, as JSON. Raises `DatabaseDown`."""
        basket = self.checkout.read_basket(self.visitors.present())
        lines = [
            {
                "item": line.product.item,
                "title": line.product.title,
                "picture": line.product.picture,
                "quantity": count(line.quantity),
                "sum": price(line.sum, line.product.currency),
            }
            for line in basket.lines
        ]
        answer = jsonify(lines=lines, gone=len(basket.gone), subtotal=price(basket.total, basket.currency))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def add(self) -> Response:
        """Put a product into the basket."""
        check_form()
        quantity = request.form.get("quantity", 1, type=int)
        if not 1 <= quantity <= MOST_OF_AN_ITEM:
            abort(400, _("Enter a quantity from 1 to 999."))
        item = request.form.get("item", "")
        self.events.take(kind="cart_item_added", item=item, quantity=quantity, surface="product")
        if wants_json():
            return jsonify(count=self.belongings.read(self.visitors.present()).count)
        return redirect(url_for("basket.show"), 303)

    def change(self, item: str) -> Response:
        """Change a line's quantity; zero, or the remove button, takes it out."""
        check_form()
        self.events.check_allowance()
        quantity = 0 if "remove" in request.form else request.form.get("quantity", -1, type=int)
        if not 0 <= quantity <= MOST_OF_AN_ITEM:
            abort(400, _("Enter a quantity from 0 to 999."))
        visitor, was = self.visitors.present(), request.form.get("was", type=int)
        known = was if was is not None and 0 <= was <= MOST_OF_AN_ITEM else None
        event_id = self.events.event_id_of_form("basket", item, quantity)
        receipt = self.events.intake.set_quantity(visitor, client_network(), ItemId(item), quantity, event_id, known)
        check_receipt(receipt)
        if not wants_json():
            return redirect(url_for("basket.show"), 303)
        basket = self.checkout.read_basket(visitor)
        sums = {line.product.item: price(line.sum, line.product.currency) for line in basket.lines}
        belongings = self.belongings.require(visitor)
        return jsonify(
            count=belongings.count,
            quantity=belongings.basket.get(ItemId(item), 0),
            sum=sums.get(ItemId(item), ""),
            subtotal=price(basket.total, basket.currency),
        )


def create_blueprint(views: BasketViews) -> Blueprint:
    """Return the basket's routes."""
    blueprint = Blueprint("basket", __name__, url_prefix="/basket")
    blueprint.get("")(views.show)
    blueprint.get("/summary")(views.summary)
    blueprint.post("/lines")(views.add)
    blueprint.post("/lines/<item>")(views.change)
    return blueprint
