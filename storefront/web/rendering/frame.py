"""What all pages share: the visitor, the menu, the basket's count, the token for forms."""

import time
from typing import Any

from flask import Flask, g, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from storefront.accounts.authenticator import Authenticator
from storefront.events.form_id import new_form_id
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import Belongings, BelongingsReader
from storefront.visitor_state.profiling import ProfilingChoice
from storefront.visitor_state.visitors import VisitorCookies

FORM_ID = "form_id"


def bind(
    app: Flask,
    *,
    reader: ServingReader,
    belongings: BelongingsReader,
    visitors: VisitorCookies,
    authenticator: Authenticator,
    profiling: ProfilingChoice,
) -> None:
    """Give every template what the page's frame needs."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        catalog = reader.read_catalog()
        return {
            "menu": catalog.categories,
            "currencies": catalog.currencies,
            "basket_count": lambda: count(belongings.read(visitors.present())),
            "wishes": lambda: belongings.read(visitors.present()).wished,
            "dismissed": lambda: belongings.read(visitors.present()).dismissed,
            "is_profiled": not profiling.is_off(),
            "form_token": form_token,
            "token": token_field,
            "present": authenticator.present(),
            "account_token": authenticator.account_token,
        }


def count(belongings: Belongings) -> int | None:
    """Return the number at the basket; None while the database is down."""
    return belongings.count if belongings.is_known else None


def form_id() -> str:
    """Return the id of the forms of this page: what it makes of one that is sent twice happens once."""
    if "form_id" not in g:
        g.form_id = new_form_id(time.time())
    known: str = g.form_id
    return known


def form_token() -> str:
    """Return the token for the forms of this page: one for all of them."""
    if "form_token" not in g:
        g.form_token = str(generate_csrf())
    token: str = g.form_token
    return token


def token_field() -> Markup:
    """Return the hidden fields that every form starts with: the token, and which page the form is on."""
    return Markup(
        '<input type="hidden" name="token" value="{}"><input type="hidden" name="form_id" value="{}">'
    ).format(form_token(), form_id())


def reload_name() -> str:
    """Return a name for this page if the visitor loads again what they see; empty for a page that is opened."""
    control = request.headers.get("Cache-Control", "")
    return form_id() if "max-age=0" in control or "no-cache" in control else ""


def wants_json() -> bool:
    """Return whether one of the shop's scripts asks, rather than the browser itself."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
