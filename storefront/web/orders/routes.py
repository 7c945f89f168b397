"""The checkout and the order pages. Visitors see their own orders: any other number is a page that is not there."""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.app.shop import shop
from storefront.database.connection import DatabaseDown
from storefront.orders.checkout import BasketChanged, NothingToOrder, TooManyOrders
from storefront.orders.order import Order, is_number, new_number
from storefront.orders.order_store import NumberTaken
from storefront.web.account.page import ways_of_present
from storefront.web.rendering.frame import check_allowance, check_form

blueprint = Blueprint("orders", __name__)

PAGE = 10
RAIL = 8
MOST_PAGES = 1_000
HOUR = 60 * 60


@blueprint.get("/basket/checkout")
def checkout() -> str | Response:
    """Show what would be ordered, once more and plainly."""
    if not shop().checkout.read_basket(shop().visitors.present()).lines:
        return redirect(url_for("basket.show"), 303)
    return _summary()


@blueprint.post("/basket/order")
def place() -> Response | str | tuple[str, int]:
    """Place the order that the visitor saw."""
    check_form()
    number = request.form.get("number", "")
    if not is_number(number):
        return redirect(url_for("orders.checkout"), 303)
    try:
        order = shop().checkout.place(shop().visitors.present(), number, request.form.get("mark", ""))
    except NothingToOrder:
        return redirect(url_for("basket.show"), 303)
    except BasketChanged:
        return _summary(_("Your basket has changed. Check your order before you place it.")), 409
    except NumberTaken:
        return _summary(_("Something went wrong. Please try again.")), 409
    except TooManyOrders:
        words = _("You’ve reached the limit on orders for one day. Your basket is saved, so please try again tomorrow.")
        answer = make_response(_summary(words), 429)
        answer.headers["Retry-After"] = str(HOUR)
        return answer
    except DatabaseDown:
        # The same number again: should the order have been kept after all, it is not placed twice.
        words = _("We can’t take orders right now. Your basket is saved. Please try again in a moment.")
        return _summary(words, number), 503
    return redirect(url_for("orders.show", number=order.number, thanks=1), 303)


@blueprint.get("/orders")
def index() -> str:
    """Show the visitor's orders, newest first."""
    parts = shop()
    visitor = parts.visitors.present()
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= MOST_PAGES:
        abort(404)
    found = parts.orders.read_page(visitor, (page - 1) * PAGE, PAGE + 1)
    if page > 1 and not found:
        abort(404)
    catalogue = parts.reader.read_catalogue()
    return render_template(
        "orders/index.html",
        orders=[(order, catalogue.present(order.items)[:4]) for order in found[:PAGE]],
        page=page,
        has_next=len(found) > PAGE,
        for_you=parts.lists.read_for_you(visitor, RAIL),
        ways=ways_of_present(),
    )


@blueprint.get("/orders/<number>")
def show(number: str) -> str:
    """Show one order; right after it was placed, with thanks."""
    parts = shop()
    visitor = parts.visitors.present()
    order = _order(number)
    bought = [line.item for line in order.lines]
    return render_template(
        "orders/show.html",
        order=order,
        thanks="thanks" in request.args,
        products={item: product for item in bought if (product := parts.reader.read_catalogue().product(item))},
        stars=parts.ratings.read(visitor),
        for_you=parts.lists.read_for_you(visitor, RAIL, without=bought),
        ways=ways_of_present(),
    )


@blueprint.post("/orders/<number>/again")
def buy_again(number: str) -> Response:
    """Put what was bought into the basket once more, as far as the shop still sells it."""
    check_form()
    check_allowance()
    parts = shop()
    parts.intake.put_again(parts.visitors.present(), {line.item: line.quantity for line in _order(number).lines})
    return redirect(url_for("basket.show"), 303)


def _order(number: str) -> Order:
    order = shop().orders.read(shop().visitors.present(), number) if is_number(number) else None
    if order is None:
        abort(404)
    return order


def _summary(problem: str = "", number: str = "") -> str:
    basket = shop().checkout.read_basket(shop().visitors.present())
    return render_template("orders/checkout.html", basket=basket, number=number or new_number(), problem=problem)
