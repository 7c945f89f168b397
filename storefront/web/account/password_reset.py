"""A new password for who has forgotten theirs: by a link in a letter. The answer is the same for unknown addresses."""

from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from storefront.accounts.account import email_key
from storefront.accounts.account_store import AccountStore
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.emails import AccountEmails
from storefront.accounts.passwords import Passwords
from storefront.accounts.reset_links import ResetLinks
from storefront.limits.client_address import client_network
from storefront.limits.limits import RESET, Limits
from storefront.security.known_devices import Devices
from storefront.web.account.forms import ForgottenForm, NewPasswordForm, check_new_password
from storefront.web.account.page import Shown, refuse_form, show_form, show_page

TOKEN = "reset"  # noqa: S105  (the name of a field, not a secret)


@dataclass(frozen=True, slots=True)
class PasswordResetViews:
    """The pages that lead to a new password, with what they need. ``public_address`` begins the links."""

    authenticator: Authenticator
    accounts: AccountStore
    passwords: Passwords
    reset_links: ResetLinks
    emails: AccountEmails
    limits: Limits
    devices: Devices
    public_address: str

    def ask(self) -> Shown:
        """Ask for the address, and send the link there if it has an account."""
        form = ForgottenForm()
        if not form.validate_on_submit():
            return show_form("account/reset.html", form)
        for key in (client_network(), f"to {email_key(form.email.data)}"):
            verdict = self.limits.allow(RESET, key)
            if not verdict.allowed:
                return refuse_form("account/reset.html", form, form.email, verdict)
        account = self.accounts.find_by_email(form.email.data)
        if account is not None:
            path = url_for("password_reset.open_link", token=self.reset_links.make(account))
            self.emails.reset(account, f"{self.public_address}{path}")
        return show_page("account/reset_sent.html", email=form.email.data)

    def open_link(self, token: str) -> Response:
        """Take the token out of the address, where it would be seen and kept, into the session."""
        session[TOKEN] = token
        return redirect(url_for("password_reset.choose"), 303)

    def choose(self) -> Shown:
        """Let who has the link choose a password. Every browser is signed out by it.

        This one is known as the owner's from now on: however often others guess, the owner signs in without delay.
        """
        account = self.reset_links.read(session.get(TOKEN, ""))
        if account is None:
            return show_page("account/reset_expired.html", 410)
        form = NewPasswordForm()
        if form.validate_on_submit():
            try:
                check_new_password(form.password, account.name, account.email)
            except ValidationError as error:
                form.password.errors = [str(error)]
        if not form.is_submitted() or form.errors:
            return show_form("account/new_password.html", form, email=account.email)
        self.accounts.set_password(account.visitor, self.passwords.hash(form.password.data))
        self.authenticator.end_all(account.visitor)
        self.authenticator.sign_out()
        self.emails.password_changed(account)
        flash(_("Password changed. Sign in with your new password."))
        answer = make_response(redirect(url_for("auth.sign_in"), 303))
        self.devices.remember(answer, request.cookies, email_key(account.email))
        return answer


def create_blueprint(views: PasswordResetViews) -> Blueprint:
    """Return the routes of the reset."""
    blueprint = Blueprint("password_reset", __name__, url_prefix="/account")
    both = ["GET", "POST"]
    blueprint.route("/reset", methods=both)(views.ask)
    blueprint.get("/reset/<token>")(views.open_link)
    blueprint.route("/new-password", methods=both)(views.choose)
    return blueprint
