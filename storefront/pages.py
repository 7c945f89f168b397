"""What all pages share: the visitor, the menu, the basket's count, the token for forms."""

from typing import Any

from flask import Flask, abort, g, request
from flask_babel import gettext as _

from storefront.csrf import FIELD, is_same_origin
from storefront.intake import TOO_MANY, Receipt
from storefront.shop import shop
from storefront.visitor_numbers import total


def bind(app: Flask) -> None:
    """Give every template what the page's frame needs."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        parts = shop()
        catalogue = parts.reader.read_catalogue()
        return {
            "menu": catalogue.categories,
            "currencies": catalogue.currencies,
            "basket_count": lambda: total(parts.baskets.read(parts.visitors.present())),
            "form_token": form_token,
        }


def form_token() -> str:
    """Return the token for the forms of this page: one for all of them."""
    if "form_token" not in g:
        parts = shop()
        g.form_token = parts.form_tokens.make(parts.visitors.present())
    token: str = g.form_token
    return token


def check_form() -> None:
    """Refuse a form that did not come from one of this visitor's own pages."""
    parts = shop()
    if not is_same_origin(request) or not parts.form_tokens.fits(parts.visitors.present(), request.form.get(FIELD, "")):
        abort(400, _("This form has expired. Please go back, reload the page and try again."))


def wants_json() -> bool:
    """Return whether one of the shop's scripts asks, rather than the browser itself."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def check_receipt(receipt: Receipt) -> None:
    """Turn a refused event into an error page."""
    if not receipt.accepted:
        abort(429 if receipt.reason == TOO_MANY else 400, _("That did not work. Please try again in a moment."))
