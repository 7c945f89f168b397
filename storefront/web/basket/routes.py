"""The basket's page and its forms."""

from dataclasses import dataclass

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from online_models.schema.events import ItemId
from storefront.orders.checkout import Checkout
from storefront.serving.lists import Lists
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitor_numbers import VisitorNumbers, total
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.interactions import HttpEvents, check_form, check_receipt
from storefront.web.rendering.formatting import price
from storefront.web.rendering.frame import wants_json

RAIL = 8
TOGETHER = 6
VIEWED = 6


@dataclass(frozen=True, slots=True)
class BasketViews:
    """The basket's page and its forms, with what they need."""

    visitors: VisitorCookies
    checkout: Checkout
    baskets: VisitorNumbers
    viewed: Viewed
    lists: Lists
    events: HttpEvents

    def show(self) -> str:
        """Show the basket."""
        visitor = self.visitors.present()
        basket = self.checkout.read_basket(visitor)
        inside = [*basket.gone, *(line.product.item for line in basket.lines)]
        together = self.lists.read_bought_together(visitor, inside, TOGETHER)
        above = [*inside, *(card.item for card in together.items)]
        return render_template(
            "basket/show.html",
            basket=basket,
            bought_together=together,
            for_you=self.lists.read_for_you(visitor, RAIL, without=above),
            viewed=self.lists.read_recently_viewed(self.viewed.read(visitor), VIEWED, without=inside),
        )

    def add(self) -> Response:
        """Put a product into the basket."""
        check_form()
        quantity = request.form.get("quantity", 1, type=int)
        if not 1 <= quantity <= 999:
            abort(400, _("Enter a quantity from 1 to 999."))
        item = request.form.get("item", "")
        self.events.take(kind="cart_item_added", item=item, quantity=quantity, surface="product")
        if wants_json():
            return jsonify(count=total(self.baskets.read(self.visitors.present())))
        return redirect(url_for("basket.show"), 303)

    def change(self, item: str) -> Response:
        """Change a line's quantity; zero, or the remove button, takes it out."""
        check_form()
        self.events.check_allowance()
        quantity = 0 if "remove" in request.form else request.form.get("quantity", -1, type=int)
        if not 0 <= quantity <= 999:
            abort(400, _("Enter a quantity from 0 to 999."))
        visitor = self.visitors.present()
        check_receipt(self.events.intake.set_quantity(visitor, ItemId(item), quantity))
        if not wants_json():
            return redirect(url_for("basket.show"), 303)
        basket = self.checkout.read_basket(visitor)
        sums = {line.product.item: price(line.sum, line.product.currency) for line in basket.lines}
        return jsonify(
            count=total(self.baskets.read(visitor)),
            quantity=self.baskets.read(visitor).get(ItemId(item), 0),
            sum=sums.get(ItemId(item), ""),
            subtotal=price(basket.total, basket.currency),
        )


def create_blueprint(views: BasketViews) -> Blueprint:
    """Return the basket's routes."""
    blueprint = Blueprint("basket", __name__, url_prefix="/basket")
    blueprint.get("")(views.show)
    blueprint.post("/lines")(views.add)
    blueprint.post("/lines/<item>")(views.change)
    return blueprint
