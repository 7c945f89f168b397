"""What the account pages share: their frame, and forms that come back with what is wrong."""

from typing import Any, NamedTuple

from flask import Flask, current_app, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import Field

from storefront.limits.limits import Verdict
from storefront.limits.throttle import waiting

Shown = Response | tuple[str, int] | str

INVALID = 422

EMPTY_THE_BROWSER = {"Clear-Site-Data": '"storage"'}
"""What waits there to be sent, and what was typed, is never for whoever comes next. The cookies stay."""


class MenuEntry(NamedTuple):
    """One page of the account, in the menu beside them all.

    ``current`` is what ``aria-current`` says: ``page``, or ``true`` where the page hangs below this one.
    """

    path: str
    name: str
    current: str


def account_menu() -> list[MenuEntry]:
    """Return the pages that hang on an account, as far as this shop has them."""
    names = {
        "/account/profile": _("Profile"),
        "/account/recommendations": _("Recommendations"),
        "/orders": _("Orders"),
        "/account/reviews": _("Ratings and reviews"),
        "/account/devices": _("Password and devices"),
        "/account/data": _("Your data"),
    }
    there = {rule.rule for rule in current_app.url_map.iter_rules()}
    return [MenuEntry(path, name, _current(path)) for path, name in names.items() if path in there]


def bind(app: Flask) -> None:
    """Give templates ``account_menu()``."""
    app.jinja_env.globals["account_menu"] = account_menu


def show_page(template: str, code: int = 200, **context: Any) -> Shown:
    """Show one of the account's pages."""
    return render_template(template, **context), code


def show_form(template: str, form: FlaskForm, **context: Any) -> Shown:
    """Show a form: as it is, or with what is wrong."""
    return show_page(template, INVALID if form.errors else 200, form=form, **context)


def refuse_form(template: str, form: FlaskForm, field: Field, verdict: Verdict, **context: Any) -> Shown:
    """Show a form that was sent too often, and say when it may be sent again."""
    field.errors = [waiting(verdict)]
    answer = make_response(show_page(template, 429, form=form, **context))
    answer.headers["Retry-After"] = str(verdict.retry_after)
    return answer


def _current(path: str) -> str:
    if request.path == path:
        return "page"
    return "true" if request.path.startswith(f"{path}/") else ""
