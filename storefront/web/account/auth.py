"""The ways in and out: sign up, sign in, sign out, and the password asked again."""

from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from storefront.accounts.account import new_account
from storefront.accounts.account_store import AccountStore, EmailTaken
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.passwords import Passwords
from storefront.limits.client_address import client_network
from storefront.limits.limits import SIGN_UP, Limits
from storefront.security.known_devices import Devices
from storefront.web.account.access import needs_account, onward, welcome
from storefront.web.account.attempts import PasswordAttempts
from storefront.web.account.confirming import ConfirmationRequests
from storefront.web.account.forms import CANNOT_BE_USED, ConfirmForm, SignInForm, SignUpForm
from storefront.web.account.page import EMPTY_THE_BROWSER, Shown, refuse_form, show_form, show_page


@dataclass(frozen=True, slots=True)
class AuthViews:
    """The pages to sign up, sign in and sign out, with what they need. ``confirms``: addresses are confirmed first."""

    authenticator: Authenticator
    accounts: AccountStore
    passwords: Passwords
    attempts: PasswordAttempts
    confirmations: ConfirmationRequests
    limits: Limits
    devices: Devices
    confirms: bool

    def index(self) -> BaseResponse:
        """Lead to the profile, or to the sign-in."""
        return redirect(url_for("profile.show" if self.authenticator.present() else "auth.sign_in"), 303)

    def sign_up(self) -> Shown:
        """Open an account, and sign in to it; or send the link that does, where addresses are confirmed."""
        confirms = self.confirms
        if self.authenticator.account():
            return onward()
        form = SignUpForm(next=request.args.get("next", ""))
        if not form.validate_on_submit():
            return show_form("account/sign_up.html", form, confirms=confirms)
        verdict = (
            self.confirmations.allow(SIGN_UP, form.email.data)
            if confirms
            else self.limits.allow(SIGN_UP, client_network())
        )
        if not verdict.allowed:
            return refuse_form("account/sign_up.html", form, form.email, verdict, confirms=confirms)
        if confirms:
            self.confirmations.ask_to_open(form.email.data, form.name.data, form.password.data, form.next.data)
            return show_page("account/sign_up_sent.html", email=form.email.data)
        account = new_account(form.email.data, form.name.data, self.passwords.hash(form.password.data))
        try:
            self.accounts.add(account)
        except EmailTaken:
            form.email.errors = [CANNOT_BE_USED]
            return show_form("account/sign_up.html", form)
        return welcome(account, self.authenticator, self.devices)

    def sign_in(self) -> Shown:
        """Sign in."""
        if self.authenticator.account():
            return onward()
        form = SignInForm(next=request.args.get("next", ""))
        if not form.validate_on_submit():
            return show_form("account/sign_in.html", form)
        attempt = self.attempts.try_password(form.email.data, form.password.data)
        if not attempt.verdict.allowed:
            return refuse_form("account/sign_in.html", form, form.password, attempt.verdict)
        if attempt.account is None:
            form.password.errors = [_("Incorrect email or password.")]
            return show_form("account/sign_in.html", form)
        if self.passwords.is_outdated(attempt.account.password_hash):
            self.accounts.set_password(attempt.account.visitor, self.passwords.hash(form.password.data))
        return welcome(attempt.account, self.authenticator, self.devices)

    def sign_out(self) -> BaseResponse:
        """Sign out of this browser."""
        self.authenticator.sign_out()
        answer = redirect(url_for("home.index"), 303)
        answer.headers.update(EMPTY_THE_BROWSER)
        return answer

    def confirm(self) -> Shown:
        """Ask the password again, before what cannot be undone."""
        account = self.authenticator.require_account()
        form = ConfirmForm(next=request.args.get("next", ""))
        if not form.validate_on_submit():
            return show_form("account/confirm_password.html", form)
        attempt = self.attempts.try_password(account.email, form.password.data)
        if not attempt.verdict.allowed:
            return refuse_form("account/confirm_password.html", form, form.password, attempt.verdict)
        if attempt.account is None:
            form.password.errors = [_("Incorrect password.")]
            return show_form("account/confirm_password.html", form)
        self.authenticator.confirm()
        return onward()


def create_blueprint(views: AuthViews) -> Blueprint:
    """Return the routes in and out."""
    blueprint = Blueprint("auth", __name__, url_prefix="/account")
    both = ["GET", "POST"]
    blueprint.get("")(views.index)
    blueprint.route("/sign-up", methods=both)(views.sign_up)
    blueprint.route("/sign-in", methods=both)(views.sign_in)
    blueprint.post("/sign-out")(views.sign_out)
    blueprint.route("/confirm", methods=both)(needs_account(views.authenticator, views.confirm))
    return blueprint
