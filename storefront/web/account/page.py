"""What the account pages share: who may open them, their menu, passwords that are tried, forms with what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import Field

from storefront.accounts.account import Account, email_key
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.passwords import Passwords
from storefront.database.connection import DatabaseDown
from storefront.limits.client_address import client_network
from storefront.limits.limits import Verdict
from storefront.limits.sign_in_guard import SignInGuard
from storefront.limits.throttle import waiting
from storefront.security.known_devices import Devices
from storefront.security.return_address import safe_next

Params = ParamSpec("Params")
Result = TypeVar("Result")
Shown = Response | tuple[str, int] | str

BOTH = ["GET", "POST"]
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
    paths = {rule.rule for rule in current_app.url_map.iter_rules()}
    return [MenuEntry(path, name, _current(path)) for path, name in names.items() if path in paths]


def bind(app: Flask, authenticator: Authenticator) -> None:
    """Give templates ``account_menu()``, and lead whoever is not signed in to the sign-in and back."""
    app.jinja_env.globals["account_menu"] = account_menu

    def sign_in_first() -> Response:
        if authenticator.present() is not None:
            raise DatabaseDown("the account cannot be read")
        return redirect(url_for("auth.sign_in", next=_here()), 303)

    app.login_manager.unauthorized_handler(sign_in_first)  # type: ignore[attr-defined]  # Flask-Login adds it


def needs_fresh_password(
    authenticator: Authenticator, view: Callable[Params, Result]
) -> Callable[Params, Result | Response]:
    """Let in who is signed in and gave the password just now; ask for it otherwise."""

    @wraps(view)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> Result | Response:
        if not authenticator.is_fresh():
            return redirect(url_for("auth.confirm", next=_here()), 303)
        return view(*args, **kwargs)

    needs_account: Callable[Params, Result | Response] = login_required(guarded)
    return needs_account


def welcome(account: Account, authenticator: Authenticator, devices: Devices) -> Response:
    """Sign the browser in, remember it as the account's, and go where the visitor wished to."""
    authenticator.sign_in(account)
    answer = make_response(onward())
    devices.remember(answer, request.cookies, email_key(account.email))
    return answer


def onward() -> Response:
    """Go where the form, or its address, says; else to the profile."""
    wished = request.form.get("next") or request.args.get("next")
    return redirect(safe_next(wished, url_for("profile.show")), 303)


class FormPage:
    """A form on its page: as it is, or with what is wrong beside a field."""

    def __init__(self, template: str, form: FlaskForm, **context: Any) -> None:
        self._template = template
        self._form = form
        self._context = context

    def show(self) -> Shown:
        """Show the form."""
        page = render_template(self._template, form=self._form, **self._context)
        return page, INVALID if self._form.errors else 200

    def fail(self, field: Field, problem: object) -> Shown:
        """Show the form with a problem beside a field."""
        field.errors = [str(problem)]
        return self.show()

    def delay(self, field: Field, verdict: Verdict) -> Shown:
        """Show a form that was sent too often, and say when it may be sent again."""
        answer = make_response(self.fail(field, waiting(verdict)))
        answer.status_code = 429
        answer.headers["Retry-After"] = str(verdict.retry_after)
        return answer


@dataclass(frozen=True, slots=True)
class PasswordAttempts:
    """Checks passwords, as often as the guard lets this browser: as slowly for an address that has no account."""

    passwords: Passwords
    guard: SignInGuard
    devices: Devices

    def check(self, page: FormPage, field: Field, email: str, password_hash: str | None, wrong: object) -> Shown | None:
        """Compare what was typed into a field with a hash; None for that of an address without an account.

        Returns the form with what is wrong, or None if the password fits. Raises `TooBusy`.
        """
        key, network = email_key(email), client_network()
        device = self.devices.known(request.cookies, key)
        verdict = self.guard.check(key, network, device)
        if not verdict.allowed:
            return page.delay(field, verdict)
        fits = self.passwords.fits(password_hash, field.data)
        (self.guard.succeeded if fits else self.guard.failed)(key, network, device)
        return None if fits else page.fail(field, wrong)


def _here() -> str:
    """Return the page to come back to: what was asked for, or what the form was on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    before = urlsplit(request.referrer or "")
    return safe_next(before.path, "") if before.netloc == request.host else ""


def _current(path: str) -> str:
    if request.path == path:
        return "page"
    return "true" if request.path.startswith(f"{path}/") else ""
