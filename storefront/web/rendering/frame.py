"""What all pages share: the visitor, the menu, the basket's count, the token for forms."""

from typing import Any, NoReturn

from flask import Flask, abort, g, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.exceptions import TooManyRequests

from storefront.accounts.authenticator import Authenticator
from storefront.events.receipt import Receipt, Refusal
from storefront.limits.client_address import client_network
from storefront.limits.event_allowance import EventAllowance
from storefront.security.csrf import EXPIRED, csrf, is_cross_site
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitor_numbers import VisitorNumbers, total
from storefront.visitor_state.visitors import VisitorCookies

SECONDS_TO_WAIT = 5
"""Said to who sends too many events: the buckets fill up again by the second."""


def bind(
    app: Flask,
    *,
    reader: ServingReader,
    baskets: VisitorNumbers,
    visitors: VisitorCookies,
    authenticator: Authenticator,
) -> None:
    """Give every template what the page's frame needs."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        catalog = reader.read_catalog()
        return {
            "menu": catalog.categories,
            "currencies": catalog.currencies,
            "basket_count": lambda: total(baskets.read(visitors.present())),
            "form_token": form_token,
            "token": token_field,
            "present": authenticator.present(),
            "account_token": authenticator.account_token,
        }


def form_token() -> str:
    """Return the token for the forms of this page: one for all of them."""
    if "form_token" not in g:
        g.form_token = str(generate_csrf())
    token: str = g.form_token
    return token


def token_field() -> Markup:
    """Return the token as the hidden field that every form starts with."""
    return Markup('<input type="hidden" name="token" value="{}">').format(form_token())


def check_form() -> None:
    """Refuse a form that did not come from one of this visitor's own pages.

    Every POST is checked for its token before its view runs; a view that is exempt calls this where it takes a form.
    """
    if is_cross_site(request):
        abort(400, str(EXPIRED))
    csrf.protect()


def wants_json() -> bool:
    """Return whether one of the shop's scripts asks, rather than the browser itself."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def check_receipt(receipt: Receipt) -> None:
    """Turn a refused event into an error page."""
    if receipt.reason == Refusal.TOO_MANY:
        _refuse()
    if not receipt.accepted:
        abort(400)


def has_allowance(allowance: EventAllowance) -> bool:
    """Count an event of a form with those that the client's network may send."""
    return allowance.allow(client_network())


def check_allowance(allowance: EventAllowance) -> None:
    """Refuse an event of a form where the client's network has sent enough, under however many cookies."""
    if not has_allowance(allowance):
        _refuse()


def _refuse() -> NoReturn:
    raise TooManyRequests(retry_after=SECONDS_TO_WAIT)
