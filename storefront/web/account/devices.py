"""Where the account is signed in, the way to end it there, and the change of the password."""

import time
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from storefront.accounts.sign_ins import SignIn
from storefront.app.shop import shop
from storefront.security.limits import CHANGE
from storefront.web.account.access import needs_account, present_account
from storefront.web.account.attempts import try_password
from storefront.web.account.forms import PasswordForm, check_new_password
from storefront.web.account.page import Shown, refuse_form, show_form, show_page
from storefront.web.account.user_agents import described

blueprint = Blueprint("account_devices", __name__, url_prefix="/account")

MARK = 16


class Device(NamedTuple):
    """One browser in which the account is signed in."""

    mark: str
    words: str
    sign_in: SignIn
    is_this: bool


@blueprint.get("/devices")
@needs_account
def show() -> Shown:
    """Show where the account is signed in."""
    return show_page("account/devices.html", devices=_devices())


@blueprint.post("/devices/<mark>/end")
@needs_account
def end(mark: str) -> Response:
    """Sign one browser out."""
    device = next((device for device in _devices() if device.mark == mark), None)
    if device is None:
        abort(404)
    identity = shop().accounts.identity
    if device.is_this:
        identity.sign_out()
        return redirect(url_for("home.index"), 303)
    identity.end(device.sign_in)
    flash(_("Signed out on that device."))
    return redirect(url_for("account_devices.show"), 303)


@blueprint.post("/devices/end-all")
@needs_account
def end_all() -> Response:
    """Sign out everywhere, here as well."""
    identity = shop().accounts.identity
    identity.end_all(present_account().visitor)
    identity.sign_out()
    flash(_("You’re signed out on all devices."))
    return redirect(url_for("entrance.sign_in"), 303)


@blueprint.route("/password", methods=["GET", "POST"])
@needs_account
def password() -> Shown:
    """Change the password. Other browsers are signed out by it, and this one gets a new session."""
    account, accounts = present_account(), shop().accounts
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            check_new_password(form.password, account.name, account.email)
        except ValidationError as error:
            form.password.errors = [str(error)]
    if not form.is_submitted() or form.errors:
        return show_form("account/password.html", form)
    attempt = try_password(account.email, form.present.data)
    if not attempt.verdict.allowed:
        return refuse_form("account/password.html", form, form.present, attempt.verdict)
    if attempt.account is None:
        form.present.errors = [_("Incorrect password.")]
        return show_form("account/password.html", form)
    verdict = shop().limits.allow(CHANGE, account.visitor)
    if not verdict.allowed:
        return refuse_form("account/password.html", form, form.password, verdict)
    accounts.store.set_password(account.visitor, accounts.passwords.hash(form.password.data))
    accounts.identity.end_all(account.visitor)
    accounts.identity.renew(account)
    accounts.letters.password_changed(account)
    flash(_("Password changed. You’re signed out on your other devices."))
    return redirect(url_for("account_devices.show"), 303)


def _devices() -> list[Device]:
    accounts = shop().accounts
    present = accounts.identity.present()
    own = present.sign_in.key if present and present.sign_in else ""
    found = accounts.sign_ins.of(present_account().visitor, time.time())
    return [Device(one.key[:MARK], described(one.agent), one, one.key == own) for one in found]
