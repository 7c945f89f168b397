"""What all pages share: the visitor, the menu, the basket's count, the token for forms."""

from typing import Any

from flask import Flask, g, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from storefront.accounts.authenticator import Authenticator
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitor_numbers import VisitorNumbers, total
from storefront.visitor_state.visitors import VisitorCookies


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


def wants_json() -> bool:
    """Return whether one of the shop's scripts asks, rather than the browser itself."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
