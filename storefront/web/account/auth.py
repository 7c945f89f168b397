"""Sign-up, sign-in, sign-out, and confirming the password before sensitive actions."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from storefront.accounts.account import new_account
from storefront.accounts.account_store import AccountStore, EmailTaken
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.passwords import Passwords
from storefront.accounts.two_factor.second_factors import SecondFactors
from storefront.limits.limits import SIGN_UP
from storefront.security.known_devices import Devices
from storefront.web.account.email_confirmation import ConfirmationRequests
from storefront.web.account.forms import CANNOT_BE_USED, WRONG, ConfirmForm, SignInForm, SignUpForm
from storefront.web.account.page import (
    BOTH,
    EMPTY_THE_BROWSER,
    FormPage,
    PasswordAttempts,
    Shown,
    onward,
    welcome,
)
from storefront.web.account.second_step import SecondStep


@dataclass(frozen=True, slots=True)
class AuthViews:
    """The pages to sign up, sign in and sign out, with what they need."""

    authenticator: Authenticator
    accounts: AccountStore
    passwords: Passwords
    attempts: PasswordAttempts
    confirmations: ConfirmationRequests
    devices: Devices
    factors: SecondFactors
    second_step: SecondStep

    def index(self) -> Response:
        """Redirect to the profile, or to the sign-in."""
        return redirect(url_for("profile.show" if self.authenticator.present() else "auth.sign_in"), 303)

    def sign_up(self) -> Shown:
        """Create an account and sign in to it; where addresses are confirmed, send the link that does so."""
        if self.authenticator.account():
            return onward()
        form, confirms = SignUpForm(self.passwords, next=request.args.get("next", "")), self.confirmations.are_required
        page = FormPage("account/sign_up.html", form, confirms=confirms)
        if not form.validate_on_submit():
            return page.show()
        email, name, password = form.email.data, form.name.data, form.password.data
        verdict = self.confirmations.allow(SIGN_UP, email)
        if not verdict.allowed:
            return page.delay(form.email, verdict)
        if confirms:
            self.confirmations.ask_to_open(email, name, password, form.next.data)
            return render_template("account/sign_up_sent.html", email=email)
        account = new_account(email, name, self.passwords.hash(password))
        try:
            self.accounts.add(account)
        except EmailTaken:
            return page.fail(form.email, CANNOT_BE_USED)
        return welcome(account, self.authenticator, self.devices)

    def sign_in(self) -> Shown:
        """Sign in; where two-step verification is on, after its code."""
        if self.authenticator.account():
            return onward()
        form = SignInForm(next=request.args.get("next", ""))
        page = FormPage("account/sign_in.html", form)
        if not form.validate_on_submit():
            return page.show()
        email, password = form.email.data, form.password.data
        account = self.accounts.find_by_email(email)
        password_hash = account.password_hash if account else None
        problem = self.attempts.check(page, form.password, email, password_hash, _("Incorrect email or password."))
        if problem or account is None:
            return problem or page.show()
        if self.passwords.is_outdated(account.password_hash):
            self.accounts.set_password(account.visitor, self.passwords.hash(password))
        if self.factors.is_on(account.visitor):
            return self.second_step.begin(account, form.next.data)
        return welcome(account, self.authenticator, self.devices)

    def sign_out(self) -> Response:
        """Sign out of this browser."""
        self.authenticator.sign_out()
        answer = redirect(url_for("catalog.home"), 303)
        answer.headers.update(EMPTY_THE_BROWSER)
        return answer

    def confirm(self) -> Shown:
        """Ask for the password again before a sensitive action."""
        account = self.authenticator.require_account()
        form = ConfirmForm(next=request.args.get("next", ""))
        page = FormPage("account/confirm_password.html", form)
        if not form.validate_on_submit():
            return page.show()
        if problem := self.attempts.check(page, form.password, account.email, account.password_hash, WRONG):
            return problem
        self.authenticator.confirm()
        return onward()


def create_blueprint(views: AuthViews) -> Blueprint:
    """Return the routes of sign-up, sign-in and sign-out."""
    blueprint = Blueprint("auth", __name__, url_prefix="/account")
    blueprint.get("")(views.index)
    blueprint.route("/sign-up", methods=BOTH)(views.sign_up)
    blueprint.route("/sign-in", methods=BOTH)(views.sign_in)
    blueprint.post("/sign-out")(views.sign_out)
    blueprint.route("/confirm", methods=BOTH)(login_required(views.confirm))
    return blueprint
