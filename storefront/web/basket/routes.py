"""The basket: what lies in it, and how much of each."""

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from online_models.schema.events import ItemId
from storefront.app.shop import shop
from storefront.visitor_state.visitor_numbers import total
from storefront.web.rendering.formatting import price
from storefront.web.rendering.frame import check_allowance, check_form, check_receipt, wants_json

blueprint = Blueprint("basket", __name__, url_prefix="/basket")

RAIL = 8
TOGETHER = 6
VIEWED = 6


@blueprint.get("")
def show() -> str:
    """Show what lies in the basket."""
    parts = shop()
    visitor = parts.visitors.present()
    basket = parts.checkout.read_basket(visitor)
    inside = [*basket.gone, *(line.product.item for line in basket.lines)]
    together = parts.lists.read_bought_together(visitor, inside, TOGETHER)
    above = [*inside, *(card.item for card in together.items)]
    return render_template(
        "basket/show.html",
        basket=basket,
        bought_together=together,
        for_you=parts.lists.read_for_you(visitor, RAIL, without=above),
        viewed=parts.lists.read_recently_viewed(parts.viewed.read(visitor), VIEWED, without=inside),
    )


@blueprint.post("/lines")
def add() -> Response:
    """Put a product into the basket."""
    check_form()
    check_allowance()
    parts = shop()
    quantity = request.form.get("quantity", 1, type=int)
    if not 1 <= quantity <= 999:
        abort(400, _("Enter a quantity from 1 to 999."))
    fields = {"kind": "cart_item_added", "item": request.form.get("item", ""), "quantity": quantity}
    visitor = parts.visitors.present()
    check_receipt(parts.intake.take(visitor, fields | {"surface": "product"}))
    if wants_json():
        return jsonify(count=total(parts.baskets.read(visitor)))
    return redirect(url_for("basket.show"), 303)


@blueprint.post("/lines/<item>")
def change(item: str) -> Response:
    """Change a line's quantity; zero, or the remove button, takes it out."""
    check_form()
    check_allowance()
    parts = shop()
    quantity = 0 if "remove" in request.form else request.form.get("quantity", -1, type=int)
    if not 0 <= quantity <= 999:
        abort(400, _("Enter a quantity from 0 to 999."))
    visitor = parts.visitors.present()
    check_receipt(parts.intake.set_quantity(visitor, ItemId(item), quantity))
    if not wants_json():
        return redirect(url_for("basket.show"), 303)
    basket = parts.checkout.read_basket(visitor)
    sums = {line.product.item: price(line.sum, line.product.currency) for line in basket.lines}
    return jsonify(
        count=total(parts.baskets.read(visitor)),
        quantity=parts.baskets.read(visitor).get(ItemId(item), 0),
        sum=sums.get(ItemId(item), ""),
        subtotal=price(basket.total, basket.currency),
    )
