"""What the account pages share: access, the menu, password checks, and pages with forms."""

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

from online_models.schema.events import VisitorId
from storefront.accounts.account import Account, email_key
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.passwords import Passwords
from storefront.accounts.sign_ins import key_of
from storefront.database.connection import DatabaseDown
from storefront.limits.client_address import client_network
from storefront.limits.limits import Verdict
from storefront.limits.sign_in_guard import SignInGuard
from storefront.limits.throttle import waiting
from storefront.security.known_devices import Devices
from storefront.security.own_origin import is_own_address
from storefront.security.return_address import safe_next
from storefront.web.rendering.rooted import rooted

Params = ParamSpec("Params")
Result = TypeVar("Result")
Shown = Response | tuple[str, int] | str

BOTH = ["GET", "POST"]
INVALID = 422

EMPTY_THE_BROWSER = {"Clear-Site-Data": '"storage"'}
"""The next person at this browser must not find unsent events or drafts. Cookies stay."""


class MenuEntry(NamedTuple):
    """One entry of the account's menu. ``current`` is its ``aria-current``: ``true`` on pages below this one."""

    path: str
    name: str
    current: str


def account_menu() -> list[MenuEntry]:
    """Return the entries of the account's menu, for pages that this shop has."""
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
    """Give templates ``account_menu()``, and send visitors without an account to the sign-in and back."""
    app.jinja_env.globals["account_menu"] = account_menu

    def sign_in_first() -> Response:
        if authenticator.present() is not None:
            raise DatabaseDown("the account cannot be read")
        return redirect(url_for("auth.sign_in", next=_here()), 303)

    app.login_manager.unauthorized_handler(sign_in_first)  # type: ignore[attr-defined]  # Flask-Login adds it


def needs_fresh_password(
    authenticator: Authenticator, view: Callable[Params, Result]
) -> Callable[Params, Result | Response]:
    """Require a sign-in whose password was given within `FRESH_FOR`; ask for it otherwise."""

    @wraps(view)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> Result | Response:
        if not authenticator.is_fresh():
            return redirect(url_for("auth.confirm", next=_here()), 303)
        return view(*args, **kwargs)

    needs_account: Callable[Params, Result | Response] = login_required(guarded)
    return needs_account


def welcome(account: Account, authenticator: Authenticator, devices: Devices) -> Response:
    """Sign in, remember the browser as one of the account's, and redirect to the page that was wanted."""
    authenticator.sign_in(account)
    answer = make_response(onward())
    devices.remember(answer, request.cookies, email_key(account.email))
    return answer


def onward() -> Response:
    """Redirect to ``next`` of the form or its URL, else to the profile."""
    wished = request.form.get("next") or request.args.get("next")
    return redirect(safe_next(wished, url_for("profile.show"), request.script_root), 303)


class FormPage:
    """A page with a form, and the errors beside its fields."""

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
        """Show a form that was sent too often, with the time to wait."""
        answer = make_response(self.fail(field, waiting(verdict)))
        answer.status_code = 429
        answer.headers["Retry-After"] = str(verdict.retry_after)
        return answer


@dataclass(frozen=True, slots=True)
class PasswordAttempts:
    """Checks passwords as often as the guard allows, and takes as long for an address without an account."""

    passwords: Passwords
    guard: SignInGuard
    devices: Devices

    def check(self, page: FormPage, field: Field, email: str, password_hash: str | None, wrong: object) -> Shown | None:
        """Compare the password in a field with a hash; with None for an address without an account.

        Returns the page with the error, or None if the password is right. Raises `TooBusy`.
        """
        key, network = email_key(email), client_network()
        device = self.devices.known(request.cookies, key)
        verdict = self.guard.check(key, network, device)
        if not verdict.allowed:
            return page.delay(field, verdict)
        fits = self.passwords.fits(password_hash, field.data)
        (self.guard.succeeded if fits else self.guard.failed)(key, network, device)
        return None if fits else page.fail(field, wrong)


@dataclass(frozen=True, slots=True)
class CodeAttempts:
    """Checks codes of the second step as often as its guard allows. A new password begins the counting anew."""

    code_guard: SignInGuard
    devices: Devices

    def check(
        self, page: FormPage, field: Field, account: Account, fits: Callable[[VisitorId, str], bool], wrong: object
    ) -> Shown | None:
        """Compare the code in a field. Returns the page with the error, or None if the code is right."""
        key, network = f"{account.visitor} {password_mark(account)}", client_network()
        device = self.devices.known(request.cookies, email_key(account.email))
        verdict = self.code_guard.check(key, network, device)
        if not verdict.allowed:
            return page.delay(field, verdict)
        is_right = fits(account.visitor, field.data)
        (self.code_guard.succeeded if is_right else self.code_guard.failed)(key, network, device)
        return None if is_right else page.fail(field, wrong)


def password_mark(account: Account) -> str:
    """Return a digest that changes with the password."""
    return key_of(account.password_hash)[:16]


def _here() -> str:
    """Return the page to come back to: the requested one, or the one with the form."""
    if request.method == "GET":
        return rooted(request.full_path.rstrip("?"))
    if not is_own_address(request.referrer, request):
        return ""
    return safe_next(urlsplit(request.referrer or "").path, "", request.script_root)


def _current(path: str) -> str:
    if request.path == path:
        return "page"
    return "true" if request.path.startswith(f"{path}/") else ""
