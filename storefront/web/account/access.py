"""Keeps pages for those who are signed in, and asks for the password again before what cannot be undone."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storefront.accounts.identity import Identity
from storefront.database.connection import DatabaseDown
from storefront.security.return_address import safe_next

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def needs_account(identity: Identity, view: Callable[Given, Answer]) -> Callable[Given, Answer | Response]:
    """Send whoever is not signed in to the sign-in, and back."""

    @wraps(view)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Answer | Response:
        present = identity.present()
        if present is None:
            return redirect(url_for("entrance.sign_in", next=_here()), 303)
        if present.account is None:
            raise DatabaseDown("the account cannot be read")
        return view(*args, **kwargs)

    return guarded


def needs_fresh_password(identity: Identity, view: Callable[Given, Answer]) -> Callable[Given, Answer | Response]:
    """Let in who is signed in and gave the password just now; ask for it otherwise."""

    @wraps(view)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Answer | Response:
        if not identity.is_fresh():
            return redirect(url_for("entrance.confirm", next=_here()), 303)
        return view(*args, **kwargs)

    return needs_account(identity, guarded)


def _here() -> str:
    """Return the page to come back to: what was asked for, or what the form was on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    before = urlsplit(request.referrer or "")
    return safe_next(before.path, "") if before.netloc == request.host else ""
