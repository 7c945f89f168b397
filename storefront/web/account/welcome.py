"""What follows when a browser has shown whose it is: it is signed in, known from now on, and sent where it wished."""

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from storefront.accounts.account import Account, email_key
from storefront.accounts.identity import Identity
from storefront.security.known_devices import Devices
from storefront.security.return_address import safe_next


def welcome(account: Account, identity: Identity, devices: Devices) -> Response:
    """Sign the browser in, let it prove from now on that it was, and go where the visitor wished to."""
    identity.sign_in(account)
    answer = make_response(onward())
    devices.remember(answer, request.cookies, email_key(account.email))
    return answer


def onward() -> Response:
    """Go where the form, or its address, says; else to the profile."""
    wished = request.form.get("next") or request.args.get("next")
    return redirect(safe_next(wished, url_for("profile.show")), 303)
