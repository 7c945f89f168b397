"""Where the account is signed in, the way to end it there, and the change of the password."""

import time
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from storefront.accounts.account_store import AccountStore
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.emails import AccountEmails
from storefront.accounts.passwords import Passwords
from storefront.accounts.sign_ins import SignIn, SignInStore
from storefront.limits.limits import CHANGE, Limits
from storefront.web.account.access import needs_account
from storefront.web.account.attempts import PasswordAttempts
from storefront.web.account.forms import PasswordForm, check_new_password
from storefront.web.account.page import Shown, refuse_form, show_form, show_page
from storefront.web.account.user_agents import described

MARK = 16


class Device(NamedTuple):
    """One browser in which the account is signed in."""

    mark: str
    words: str
    sign_in: SignIn
    is_this: bool


@dataclass(frozen=True, slots=True)
class DeviceViews:
    """The pages of devices and of the password, with what they need."""

    authenticator: Authenticator
    accounts: AccountStore
    passwords: Passwords
    sign_ins: SignInStore
    attempts: PasswordAttempts
    limits: Limits
    emails: AccountEmails

    def show(self) -> Shown:
        """Show where the account is signed in."""
        return show_page("account/devices.html", devices=self._devices())

    def end(self, mark: str) -> Response:
        """Sign one browser out."""
        device = next((device for device in self._devices() if device.mark == mark), None)
        if device is None:
            abort(404)
        if device.is_this:
            self.authenticator.sign_out()
            return redirect(url_for("home.index"), 303)
        self.authenticator.end(device.sign_in)
        flash(_("Signed out on that device."))
        return redirect(url_for("account_devices.show"), 303)

    def end_all(self) -> Response:
        """Sign out everywhere, here as well."""
        self.authenticator.end_all(self.authenticator.require_account().visitor)
        self.authenticator.sign_out()
        flash(_("You’re signed out on all devices."))
        return redirect(url_for("auth.sign_in"), 303)

    def password(self) -> Shown:
        """Change the password. Other browsers are signed out by it, and this one gets a new session."""
        account = self.authenticator.require_account()
        form = PasswordForm()
        if form.validate_on_submit():
            try:
                check_new_password(form.password, account.name, account.email)
            except ValidationError as error:
                form.password.errors = [str(error)]
        if not form.is_submitted() or form.errors:
            return show_form("account/password.html", form)
        attempt = self.attempts.try_password(account.email, form.present.data)
        if not attempt.verdict.allowed:
            return refuse_form("account/password.html", form, form.present, attempt.verdict)
        if attempt.account is None:
            form.present.errors = [_("Incorrect password.")]
            return show_form("account/password.html", form)
        verdict = self.limits.allow(CHANGE, account.visitor)
        if not verdict.allowed:
            return refuse_form("account/password.html", form, form.password, verdict)
        self.accounts.set_password(account.visitor, self.passwords.hash(form.password.data))
        self.authenticator.end_all(account.visitor)
        self.authenticator.renew(account)
        self.emails.password_changed(account)
        flash(_("Password changed. You’re signed out on your other devices."))
        return redirect(url_for("account_devices.show"), 303)

    def _devices(self) -> list[Device]:
        present = self.authenticator.present()
        own = present.sign_in.key if present and present.sign_in else ""
        found = self.sign_ins.of(self.authenticator.require_account().visitor, time.time())
        return [Device(one.key[:MARK], described(one.agent), one, one.key == own) for one in found]


def create_blueprint(views: DeviceViews) -> Blueprint:
    """Return the routes of devices and of the password."""
    blueprint = Blueprint("account_devices", __name__, url_prefix="/account")
    authenticator = views.authenticator
    blueprint.get("/devices")(needs_account(authenticator, views.show))
    blueprint.post("/devices/<mark>/end")(needs_account(authenticator, views.end))
    blueprint.post("/devices/end-all")(needs_account(authenticator, views.end_all))
    blueprint.route("/password", methods=["GET", "POST"])(needs_account(authenticator, views.password))
    return blueprint
