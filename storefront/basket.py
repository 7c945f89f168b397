"""The basket, and the demo shop's order: no payment, nothing is sent."""

from typing import NamedTuple

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from online_models.events import ItemId
from online_models.product import Product
from storefront.pages import check_form, check_receipt, wants_json
from storefront.shop import shop
from storefront.visitor_numbers import total

blueprint = Blueprint("basket", __name__, url_prefix="/basket")

RAIL = 8
TOGETHER = 6


class Line(NamedTuple):
    """One product of the basket."""

    product: Product
    quantity: int

    @property
    def sum(self) -> int:
        """What the line costs, in pennies."""
        return self.product.price * self.quantity


@blueprint.get("")
def show() -> str:
    """Show what lies in the basket."""
    parts = shop()
    visitor = parts.visitors.present()
    catalogue = parts.reader.read_catalogue()
    basket = parts.baskets.read(visitor)
    lines = [Line(product, basket[product.item]) for product in catalogue.present(basket)]
    together = parts.lists.read_bought_together(visitor, basket, TOGETHER)
    above = [*basket, *(card.item for card in together.items)]
    return render_template(
        "basket/show.html",
        lines=lines,
        subtotal=sum(line.sum for line in lines),
        bought_together=together,
        for_you=parts.lists.read_for_you(visitor, RAIL, without=above),
    )


@blueprint.post("/lines")
def add() -> Response:
    """Put a product into the basket."""
    check_form()
    parts = shop()
    quantity = request.form.get("quantity", 1, type=int)
    if not 1 <= quantity <= 999:
        abort(400, _("Please choose a number from 1 to 999."))
    fields = {"kind": "cart_item_added", "item": request.form.get("item", ""), "quantity": quantity}
    check_receipt(parts.intake.take(parts.visitors.present(), fields | {"surface": "product"}))
    return _answer()


@blueprint.post("/lines/<item>")
def change(item: str) -> Response:
    """Change a line's quantity; zero, or the remove button, takes it out."""
    check_form()
    parts = shop()
    quantity = 0 if "remove" in request.form else request.form.get("quantity", -1, type=int)
    if not 0 <= quantity <= 999:
        abort(400, _("Please choose a number from 0 to 999."))
    check_receipt(parts.intake.set_quantity(parts.visitors.present(), ItemId(item), quantity))
    return _answer()


@blueprint.post("/order")
def order() -> Response:
    """Place the order."""
    check_form()
    parts = shop()
    number = parts.intake.place_order(parts.visitors.present())
    if number is None:
        return redirect(url_for("basket.show"), 303)
    return redirect(url_for("basket.thanks", number=number), 303)


@blueprint.get("/thanks/<number>")
def thanks(number: str) -> str:
    """Say thank you."""
    parts = shop()
    for_you = parts.lists.read_for_you(parts.visitors.present(), RAIL)
    return render_template("basket/thanks.html", number=number[-8:], for_you=for_you)


def _answer() -> Response:
    if wants_json():
        parts = shop()
        return jsonify(count=total(parts.baskets.read(parts.visitors.present())))
    return redirect(url_for("basket.show"), 303)
