"""The wish list's page and its forms."""

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront.security.return_address import page_before
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.live.interactions import RETRY_SECONDS, HttpEvents, check_form

RAIL = 8


@dataclass(frozen=True, slots=True)
class WishlistViews:
    """The wish list's page and its forms, with what they need."""

    visitors: VisitorCookies
    reader: ServingReader
    belongings: BelongingsReader
    lists: Lists
    events: HttpEvents

    def show(self) -> Response:
        """Show the wish list, what was added last first. While the database is down, the page says so."""
        visitor = self.visitors.present()
        belongings = self.belongings.read(visitor)
        products = self.reader.read_catalog().present(reversed(belongings.wished))
        inside = [product.item for product in products]
        page = render_template(
            "wishlist/show.html",
            products=products,
            is_known=belongings.is_known,
            for_you=self.lists.read_for_you(visitor, RAIL, without=inside),
        )
        answer = make_response(page, 200 if belongings.is_known else 503)
        if not belongings.is_known:
            answer.headers["Retry-After"] = str(RETRY_SECONDS)
        return answer

    def add(self) -> Response:
        """Put a product on the wish list, and go back to the page that it was on."""
        return self._take("item_wished")

    def remove(self) -> Response:
        """Take a product off the wish list, and go back to the page that it was on."""
        return self._take("item_unwished")

    def _take(self, kind: str) -> Response:
        check_form()
        self.events.take(kind=kind, item=request.form.get("item", ""))
        return redirect(page_before(request, url_for("wishlist.show")), 303)


def create_blueprint(views: WishlistViews) -> Blueprint:
    """Return the wish list's routes."""
    blueprint = Blueprint("wishlist", __name__, url_prefix="/wishlist")
    blueprint.get("")(views.show)
    blueprint.post("")(views.add)
    blueprint.post("/removals")(views.remove)
    return blueprint
