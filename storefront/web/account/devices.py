"""The devices where the account is signed in, signing out on them, and changing the password."""

import time
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from storefront.accounts.account_store import AccountStore
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.emails import PASSWORD_CHANGED, AccountEmails
from storefront.accounts.passwords import Passwords
from storefront.accounts.sign_ins import SignIn, SignInStore
from storefront.accounts.two_factor.second_factors import SecondFactors
from storefront.limits.limits import CHANGE, Limits
from storefront.web.account.forms import WRONG, PasswordForm
from storefront.web.account.page import BOTH, FormPage, PasswordAttempts, Shown

MARK = 16
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class Device(NamedTuple):
    """One browser in which the account is signed in."""

    mark: str
    name: str
    sign_in: SignIn
    is_this: bool


@dataclass(frozen=True, slots=True)
class DeviceViews:
    """The pages of devices and of the password, with what they need."""

    authenticator: Authenticator
    accounts: AccountStore
    passwords: Passwords
    sign_ins: SignInStore
    factors: SecondFactors
    attempts: PasswordAttempts
    limits: Limits
    emails: AccountEmails

    def show(self) -> Shown:
        """Show the devices where the account is signed in."""
        has_second_factor = self.factors.is_on(self.authenticator.require_account().visitor)
        return render_template("account/devices.html", devices=self._devices(), has_second_factor=has_second_factor)

    def end(self, mark: str) -> Response:
        """Sign one browser out."""
        device = next((device for device in self._devices() if device.mark == mark), None)
        if device is None:
            abort(404)
        if device.is_this:
            self.authenticator.sign_out()
            return redirect(url_for("catalog.home"), 303)
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
        """Change the password. Other browsers are signed out, and this one gets a new session."""
        account = self.authenticator.require_account()
        form = PasswordForm(self.passwords, account)
        page = FormPage("account/password.html", form)
        if not form.validate_on_submit():
            return page.show()
        if problem := self.attempts.check(page, form.present, account.email, account.password_hash, WRONG):
            return problem
        verdict = self.limits.allow(CHANGE, account.visitor)
        if not verdict.allowed:
            return page.delay(form.password, verdict)
        self.accounts.set_password(account.visitor, self.passwords.hash(form.password.data))
        self.authenticator.end_all(account.visitor)
        self.authenticator.renew(account)
        self.emails.send(account.email, PASSWORD_CHANGED)
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
    blueprint.get("/devices")(login_required(views.show))
    blueprint.post("/devices/<mark>/end")(login_required(views.end))
    blueprint.post("/devices/end-all")(login_required(views.end_all))
    blueprint.route("/password", methods=BOTH)(login_required(views.password))
    return blueprint


def described(agent: str) -> str:
    """Name a browser and its system, as far as its user agent tells."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("Unknown browser"))
