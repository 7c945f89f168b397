"""Who gets to a page: those who are signed in, or gave their password just now; and where they go afterwards."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from storefront.accounts.account import Account, email_key
from storefront.accounts.authenticator import Authenticator
from storefront.database.connection import DatabaseDown
from storefront.security.known_devices import Devices
from storefront.security.return_address import safe_next

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def needs_account(authenticator: Authenticator, view: Callable[Given, Answer]) -> Callable[Given, Answer | Response]:
    """Send whoever is not signed in to the sign-in, and back."""

    @wraps(view)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Answer | Response:
        present = authenticator.present()
        if present is None:
            return redirect(url_for("auth.sign_in", next=_here()), 303)
        if present.account is None:
            raise DatabaseDown("the account cannot be read")
        return view(*args, **kwargs)

    return guarded


def needs_fresh_password(
    authenticator: Authenticator, view: Callable[Given, Answer]
) -> Callable[Given, Answer | Response]:
    """Let in who is signed in and gave the password just now; ask for it otherwise."""

    @wraps(view)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Answer | Response:
        if not authenticator.is_fresh():
            return redirect(url_for("auth.confirm", next=_here()), 303)
        return view(*args, **kwargs)

    return needs_account(authenticator, guarded)


def welcome(account: Account, authenticator: Authenticator, devices: Devices) -> Response:
    """Sign the browser in, let it prove from now on that it was, and go where the visitor wished to."""
    authenticator.sign_in(account)
    answer = make_response(onward())
    devices.remember(answer, request.cookies, email_key(account.email))
    return answer


def onward() -> Response:
    """Go where the form, or its address, says; else to the profile."""
    wished = request.form.get("next") or request.args.get("next")
    return redirect(safe_next(wished, url_for("profile.show")), 303)


def _here() -> str:
    """Return the page to come back to: what was asked for, or what the form was on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    before = urlsplit(request.referrer or "")
    return safe_next(before.path, "") if before.netloc == request.host else ""
