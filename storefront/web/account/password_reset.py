"""A new password for those who forgot theirs, by an emailed link. The answer is the same for unknown addresses."""

from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.accounts.account import email_key
from storefront.accounts.account_store import AccountStore
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.emails import PASSWORD_CHANGED, RESET_PASSWORD, AccountEmails
from storefront.accounts.passwords import Passwords
from storefront.accounts.reset_links import ResetLinks
from storefront.limits.client_address import client_network
from storefront.limits.limits import RESET, Limits
from storefront.security.known_devices import Devices
from storefront.web.account.forms import NewPasswordForm, ResetForm
from storefront.web.account.page import BOTH, FormPage, Shown

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
        """Ask for an address, and send the link if it has an account."""
        form = ResetForm()
        page = FormPage("account/reset.html", form)
        if not form.validate_on_submit():
            return page.show()
        for key in (client_network(), f"to {email_key(form.email.data)}"):
            verdict = self.limits.allow(RESET, key)
            if not verdict.allowed:
                return page.delay(form.email, verdict)
        account = self.accounts.find_by_email(form.email.data)
        if account is not None:
            path = url_for("password_reset.open_link", token=self.reset_links.make(account))
            self.emails.send(account.email, RESET_PASSWORD, link=f"{self.public_address}{path}")
        return render_template("account/reset_sent.html", email=form.email.data)

    def open_link(self, token: str) -> Response:
        """Move the token from the URL, where it would be seen and kept, into the session."""
        session[TOKEN] = token
        return redirect(url_for("password_reset.choose"), 303)

    def choose(self) -> Shown:
        """Let the owner of the link choose a password. Every browser is signed out.

        This one counts as the owner's from now on: however often others guess, the owner signs in without delay.
        """
        account = self.reset_links.read(session.get(TOKEN, ""))
        if account is None:
            return render_template("account/reset_expired.html"), 410
        form = NewPasswordForm(self.passwords, account)
        if not form.validate_on_submit():
            return FormPage("account/new_password.html", form, email=account.email).show()
        self.accounts.set_password(account.visitor, self.passwords.hash(form.password.data))
        self.authenticator.end_all(account.visitor)
        self.authenticator.sign_out()
        self.emails.send(account.email, PASSWORD_CHANGED)
        flash(_("Password changed. Sign in with your new password."))
        answer = make_response(redirect(url_for("auth.sign_in"), 303))
        self.devices.remember(answer, request.cookies, email_key(account.email))
        return answer


def create_blueprint(views: PasswordResetViews) -> Blueprint:
    """Return the routes of the reset."""
    blueprint = Blueprint("password_reset", __name__, url_prefix="/account")
    blueprint.route("/reset", methods=BOTH)(views.ask)
    blueprint.get("/reset/<token>")(views.open_link)
    blueprint.route("/new-password", methods=BOTH)(views.choose)
    return blueprint
