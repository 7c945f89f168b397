"""Links in letters that confirm an address: one opens an account, another gives an account its new address.

Machines read mail as well, and open what is in it: a link shows a page, and only the button on it does anything.
"""

from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from storefront.accounts.account import email_key, new_account
from storefront.accounts.account_store import AccountStore, EmailTaken
from storefront.accounts.address_links import AddressLink, AddressLinks
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.emails import AccountEmails
from storefront.security.known_devices import Devices
from storefront.web.account.access import needs_account, welcome
from storefront.web.account.attempts import PasswordAttempts
from storefront.web.account.confirming import is_asked_here, onward_from
from storefront.web.account.forms import ConfirmForm
from storefront.web.account.page import Shown, refuse_form, show_form, show_page

TOKEN = "address_link"  # noqa: S105  (the name of a field, not a secret)
TOKEN_LENGTH = 64


@dataclass(frozen=True, slots=True)
class EmailConfirmationViews:
    """The pages that links in emails lead to, with what they need."""

    authenticator: Authenticator
    accounts: AccountStore
    address_links: AddressLinks
    attempts: PasswordAttempts
    emails: AccountEmails
    devices: Devices

    def open_link(self, token: str) -> Response:
        """Take the token out of the address, where it would be seen and kept, into the session."""
        session[TOKEN] = token[:TOKEN_LENGTH]
        return redirect(url_for("email_confirmation.open_account"), 303)

    def open_account(self) -> Shown:
        """Open the account, and sign in to it.

        Who signed up in another browser is asked for the password. So nobody gets an account that a stranger began for
        their address, whose password the stranger knows, by opening what lies in their letterbox.
        """
        token = session.get(TOKEN, "")
        link = self.address_links.find(token)
        if link is None or link.visitor is not None:
            return _over()
        if self.accounts.find_by_email(link.email):
            return _taken(link)
        form = ConfirmForm(next=onward_from(token))
        if is_asked_here(token):
            del form.password
        if not form.validate_on_submit():
            return show_form("account/finish_sign_up.html", form, email=link.email)
        if "password" in form and (refusal := self._refusal(form, link)):
            return refusal
        return self._open(token)

    def open_change(self, token: str) -> Response:
        """Take the token out of the address. Needs a sign-in: an address may be a mistyped stranger's."""
        session[TOKEN] = token[:TOKEN_LENGTH]
        return redirect(url_for("email_confirmation.change"), 303)

    def change(self) -> Shown:
        """Give the account its new address, and tell the old one."""
        account, token = self.authenticator.require_account(), session.get(TOKEN, "")
        link = self.address_links.find(token)
        if link is None or (link.visitor, link.password_hash) != (account.visitor, account.password_hash):
            return _over()
        form = FlaskForm()
        if not form.validate_on_submit():
            return show_form("account/new_email.html", form, email=link.email)
        if self.address_links.take(token) is None:
            return _over()
        session.pop(TOKEN, None)
        try:
            self.accounts.set_email(account.visitor, link.email)
        except EmailTaken:
            return _taken(link)
        self.emails.email_changed(account, link.email)
        flash(_("Email address updated."))
        answer = make_response(redirect(url_for("profile.show"), 303))
        # This browser stays the owner's: it was so for the old address.
        self.devices.remember(answer, request.cookies, email_key(link.email))
        return answer

    def _refusal(self, form: ConfirmForm, link: AddressLink) -> Shown | None:
        """Try the password. Return the form with what is wrong, if it is."""
        verdict, fits = self.attempts.try_hash(link.email, form.password.data, link.password_hash)
        if not verdict.allowed:
            return refuse_form("account/finish_sign_up.html", form, form.password, verdict, email=link.email)
        if fits:
            return None
        form.password.errors = [_("That’s not the password you chose when you signed up.")]
        return show_form("account/finish_sign_up.html", form, email=link.email)

    def _open(self, token: str) -> Shown:
        link = self.address_links.take(token)
        if link is None:
            return _over()
        account = new_account(link.email, link.name, link.password_hash)
        try:
            self.accounts.add(account)
        except EmailTaken:
            return _taken(link)
        answer = welcome(account, self.authenticator, self.devices)
        if answer.location == url_for("profile.show"):
            flash(_("Your account is ready."))
        return answer


def create_blueprint(views: EmailConfirmationViews) -> Blueprint:
    """Return the routes of the links."""
    blueprint = Blueprint("email_confirmation", __name__, url_prefix="/account")
    both, authenticator = ["GET", "POST"], views.authenticator
    blueprint.get("/sign-up/<token>")(views.open_link)
    blueprint.route("/open", methods=both)(views.open_account)
    blueprint.get("/email/<token>")(needs_account(authenticator, views.open_change))
    blueprint.route("/new-email", methods=both)(needs_account(authenticator, views.change))
    return blueprint


def _over() -> Shown:
    return show_page("account/link_expired.html", 410, email=None)


def _taken(link: AddressLink) -> Shown:
    """Say that the address has an account by now. It is no secret to whoever has its letterbox."""
    return show_page("account/link_expired.html", 410, email=link.email)
