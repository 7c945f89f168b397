"""The checkout and the order pages. Visitors see only their own orders: any other number is not found."""

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from storefront.database.connection import DatabaseDown
from storefront.events.receipt import UNSTORED
from storefront.limits.limits import Verdict
from storefront.limits.throttle import when
from storefront.orders.checkout import Checkout, NothingToOrder, StaleBasket, TooManyOrders
from storefront.orders.order import Order, is_number, new_number
from storefront.orders.order_store import NumberTaken, OrderStore
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.profiling import ProfilingChoice
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.interactions import RETRY_SECONDS, SECONDS_TO_WAIT, HttpEvents, check_form, check_receipt
from storefront.web.rendering.errors import NotSaved

PAGE = 10
RAIL = 8
MOST_PAGES = 1_000
HOUR = 60 * 60


@dataclass(frozen=True, slots=True)
class OrderViews:
    """The checkout and the pages of orders, with what they need."""

    visitors: VisitorCookies
    checkout: Checkout
    orders: OrderStore
    belongings: BelongingsReader
    reader: ServingReader
    lists: Lists
    events: HttpEvents
    profiling: ProfilingChoice

    def summary(self) -> str | Response:
        """Show the order before it is placed."""
        if not self.checkout.read_basket(self.visitors.present()).lines:
            return redirect(url_for("basket.show"), 303)
        return self._summary()

    def place(self) -> Response | str | tuple[str, int]:
        """Place the order that the visitor saw."""
        check_form()
        number = request.form.get("number", "")
        if not is_number(number):
            return redirect(url_for("orders.checkout"), 303)
        visitor, mark = self.visitors.present(), request.form.get("mark", "")
        try:
            charged, is_profiled = partial(self.events.charged, visitor), not self.profiling.is_off()
            network = self.events.network_digest()
            order = self.checkout.place(visitor, network, number, mark, charged, is_profiled=is_profiled)
        except NothingToOrder:
            return redirect(url_for("basket.show"), 303)
        except StaleBasket:
            return self._summary(_("Your basket has changed. Check your order before you place it.")), 409
        except NumberTaken:
            return self._summary(_("Something went wrong. Please try again.")), 409
        except TooManyOrders:
            words = _("You’ve reached today’s limit on orders. Your basket is saved, so please try again tomorrow.")
            return self._later(words, HOUR)
        except TooManyRequests as error:
            seconds = error.retry_after if isinstance(error.retry_after, int) else SECONDS_TO_WAIT
            soon = when(Verdict(allowed=False, retry_after=seconds))
            words = _(
                "That’s more than we can take at once. Your basket is saved. Please try again %(when)s.", when=soon
            )
            # Under the same number: sent again, it is the same order.
            return self._later(words, seconds, number)
        except DatabaseDown:
            # Sent again it has the same number: should the order have been kept after all, it is not placed twice.
            words = _("We can’t take orders right now. Your basket is saved. Please try again in a moment.")
            raise NotSaved(words, retry_after=RETRY_SECONDS) from None
        return redirect(url_for("orders.show", number=order.number, thanks=1), 303)

    def index(self) -> str:
        """Show the visitor's orders, newest first."""
        visitor = self.visitors.present()
        page = request.args.get("page", 1, type=int)
        if not 1 <= page <= MOST_PAGES:
            abort(404)
        found = self.orders.read_page(visitor, (page - 1) * PAGE, PAGE + 1)
        if page > 1 and not found:
            abort(404)
        catalog = self.reader.read_catalog()
        return render_template(
            "orders/index.html",
            orders=[(order, catalog.present(order.items)[:4]) for order in found[:PAGE]],
            page=page,
            has_next=len(found) > PAGE,
            for_you=self.lists.read_for_you(visitor, RAIL),
        )

    def show(self, number: str) -> str:
        """Show one order; right after it was placed, with thanks."""
        visitor = self.visitors.present()
        order = self._order(number)
        bought = [line.item for line in order.lines]
        return render_template(
            "orders/show.html",
            order=order,
            thanks="thanks" in request.args,
            products={item: product for item in bought if (product := self.reader.read_catalog().product(item))},
            stars=self.belongings.read(visitor).stars,
            for_you=self.lists.read_for_you(visitor, RAIL, without=bought),
        )

    def buy_again(self, number: str) -> Response:
        """Put an order's products into the basket again, as far as they are still sold."""
        check_form()
        order = self._order(number)
        wanted = {line.item: line.quantity for line in order.lines}
        ids = {item: self.events.event_id_of_form("again", number, item) for item in wanted}
        for receipt in self.events.put_again(self.visitors.present(), wanted, ids):
            if receipt.reason in UNSTORED:
                check_receipt(receipt)
        return redirect(url_for("basket.show"), 303)

    def _order(self, number: str) -> Order:
        order = self.orders.read(self.visitors.present(), number) if is_number(number) else None
        if order is None:
            abort(404)
        return order

    def _later(self, problem: str, seconds: int, number: str = "") -> Response:
        answer = make_response(self._summary(problem, number), 429)
        answer.headers["Retry-After"] = str(seconds)
        return answer

    def _summary(self, problem: str = "", number: str = "") -> str:
        basket = self.checkout.read_basket(self.visitors.present())
        return render_template("orders/checkout.html", basket=basket, number=number or new_number(), problem=problem)


def create_blueprint(views: OrderViews) -> Blueprint:
    """Return the routes of the checkout and of orders."""
    blueprint = Blueprint("orders", __name__)
    blueprint.get("/basket/checkout", endpoint="checkout")(views.summary)
    blueprint.post("/basket/order")(views.place)
    blueprint.get("/orders")(views.index)
    blueprint.get("/orders/<number>")(views.show)
    blueprint.post("/orders/<number>/again")(views.buy_again)
    return blueprint
