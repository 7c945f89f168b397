"""Confirmed addresses: links in emails that open an account, or give an account its new address.

A form takes as long, and answers the same, whether or not the address has an account: a link is stored in both cases,
but its token is only sent to an address without one. Mail scanners open links too: a link only shows a page, and
nothing happens before the button on it is pressed.
"""

from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import login_required
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from storefront.accounts import emails
from storefront.accounts.account import Account, email_key, new_account
from storefront.accounts.account_store import AccountStore, EmailTaken
from storefront.accounts.address_links import AddressLink, AddressLinks
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.passwords import Passwords
from storefront.accounts.sign_ins import key_of
from storefront.limits.client_address import client_network
from storefront.limits.leaky_buckets import Limit
from storefront.limits.limits import CHANGE, CONFIRM, Limits, Verdict
from storefront.security.known_devices import Devices
from storefront.security.return_address import safe_next
from storefront.web.account.forms import CANNOT_BE_USED, ConfirmForm, EmailForm
from storefront.web.account.page import BOTH, FormPage, PasswordAttempts, Shown, needs_fresh_password, welcome

TOKEN = "address_link"  # noqa: S105  (the name of a field, not a secret)
TOKEN_LENGTH = 64
ASKED_HERE = "asked_here"
"""The session's key for the link that was requested in this browser: the hash of its token, and where to go next."""


@dataclass(frozen=True, slots=True)
class ConfirmationRequests:
    """Sends links to confirm addresses, where the settings require it. ``public_address`` is the start of each link."""

    accounts: AccountStore
    address_links: AddressLinks
    passwords: Passwords
    emails: emails.AccountEmails
    limits: Limits
    public_address: str
    are_required: bool

    def allow(self, limit: Limit, email: str, *who: str) -> Verdict:
        """Count a form of this network, and the email to this address: nobody can be flooded with emails."""
        counted = [(limit, key) for key in (client_network(), *who)]
        if self.are_required:
            counted.append((CONFIRM, f"to {email_key(email)}"))
        verdicts = (self.limits.allow(one, key) for one, key in counted)
        return next((verdict for verdict in verdicts if not verdict.allowed), Verdict(allowed=True))

    def ask_to_open(self, email: str, name: str, password: str, onward: str | None) -> None:
        """Send the link that creates an account. Raises `TooBusy` and `DatabaseDown`."""
        token = self.address_links.add(AddressLink(email, self.passwords.hash(password), name))
        session[ASKED_HERE] = {"key": key_of(token), "next": safe_next(onward, "", request.script_root)}
        holder = self.accounts.find_by_email(email)
        if holder is None:
            link = self._link(url_for("email_confirmation.open_link", token=token))
            self.emails.send(email, emails.FINISH_SIGN_UP, link=link)
        else:
            sign_in, reset = self._link(url_for("auth.sign_in")), self._link(url_for("password_reset.ask"))
            self.emails.send(holder.email, emails.ALREADY_HAS_ACCOUNT, sign_in=sign_in, reset=reset)

    def ask_to_change(self, account: Account, email: str) -> None:
        """Send the new address a link to confirm it, and notify the current one. Raises `DatabaseDown`."""
        token = self.address_links.add(AddressLink(email, account.password_hash, visitor=account.visitor))
        holder = self.accounts.find_by_email(email)
        if holder is None or holder.visitor == account.visitor:
            link = self._link(url_for("email_confirmation.open_change", token=token))
            self.emails.send(email, emails.CONFIRM_NEW_ADDRESS, link=link)
        else:
            self.emails.send(holder.email, emails.ADDRESS_IS_TAKEN)
        self.emails.send(account.email, emails.ADDRESS_CHANGE_REQUESTED, email=email)

    def _link(self, path: str) -> str:
        return f"{self.public_address}{path}"


@dataclass(frozen=True, slots=True)
class EmailConfirmationViews:
    """The form for a new address, and the pages that links in emails lead to, with what they need."""

    authenticator: Authenticator
    accounts: AccountStore
    address_links: AddressLinks
    attempts: PasswordAttempts
    emails: emails.AccountEmails
    devices: Devices
    confirmations: ConfirmationRequests

    def open_link(self, token: str) -> Response:
        """Move the token from the URL, where it would be seen and kept, into the session."""
        session[TOKEN] = token[:TOKEN_LENGTH]
        return redirect(url_for("email_confirmation.open_account"), 303)

    def open_account(self) -> Shown:
        """Create the account, and sign in to it.

        A visitor who signed up in another browser is asked for the password. Otherwise a stranger could sign up with
        somebody's address, have them open the link, and know the password of their account.
        """
        token = session.get(TOKEN, "")
        link = self.address_links.find(token)
        if link is None or link.visitor is not None:
            return _expired()
        if self.accounts.find_by_email(link.email):
            return _expired(link.email)
        asked = _asked_here(token)
        form = ConfirmForm(next=asked.get("next", ""))
        if asked:
            del form.password
        page = FormPage("account/finish_sign_up.html", form, email=link.email)
        if not form.validate_on_submit():
            return page.show()
        if "password" in form:
            wrong = _("That’s not the password you chose when you signed up.")
            if problem := self.attempts.check(page, form.password, link.email, link.password_hash, wrong):
                return problem
        return self._open(token)

    def open_change(self, token: str) -> Response:
        """Move the token into the session. Needs a sign-in: the email may have gone to a mistyped address."""
        session[TOKEN] = token[:TOKEN_LENGTH]
        return redirect(url_for("email_confirmation.change"), 303)

    def change(self) -> Shown:
        """Give the account its new address, by a link."""
        account, token = self.authenticator.require_account(), session.get(TOKEN, "")
        link = self.address_links.find(token)
        if link is None or (link.visitor, link.password_hash) != (account.visitor, account.password_hash):
            return _expired()
        form = FlaskForm()
        if not form.validate_on_submit():
            return FormPage("account/new_email.html", form, email=link.email).show()
        if self.address_links.take(token) is None:
            return _expired()
        session.pop(TOKEN, None)
        return self._set_email(account, link.email) or _expired(link.email)

    def ask_to_change(self) -> Shown:
        """Change the address; where addresses are confirmed, send the new one a link first."""
        account = self.authenticator.require_account()
        form, confirms = EmailForm(email=account.email), self.confirmations.are_required
        page = FormPage("account/email.html", form, confirms=confirms)
        if not form.validate_on_submit():
            return page.show()
        email = form.email.data
        if confirms and email == account.email:
            return page.fail(form.email, _("This is already your email address."))
        verdict = self.confirmations.allow(CHANGE, email, account.visitor)
        if not verdict.allowed:
            return page.delay(form.email, verdict)
        if not confirms:
            return self._set_email(account, email) or page.fail(form.email, CANNOT_BE_USED)
        self.confirmations.ask_to_change(account, email)
        flash(_("We’ve emailed %(email)s. Open the link in the email to confirm your new address.", email=email))
        return redirect(url_for("profile.show"), 303)

    def _open(self, token: str) -> Shown:
        link = self.address_links.take(token)
        if link is None:
            return _expired()
        account = new_account(link.email, link.name, link.password_hash)
        try:
            self.accounts.add(account)
        except EmailTaken:
            return _expired(link.email)
        answer = welcome(account, self.authenticator, self.devices)
        if answer.location == url_for("profile.show"):
            flash(_("Your account is ready."))
        return answer

    def _set_email(self, account: Account, email: str) -> Response | None:
        """Change the address, and notify the old one. Returns None if another account has it."""
        try:
            self.accounts.set_email(account.visitor, email)
        except EmailTaken:
            return None
        self.emails.send(account.email, emails.ADDRESS_CHANGED, email=email)
        flash(_("Email address updated."))
        answer = make_response(redirect(url_for("profile.show"), 303))
        # This browser stays known as the owner's: it was for the old address.
        self.devices.remember(answer, request.cookies, email_key(email))
        return answer


def create_blueprint(views: EmailConfirmationViews) -> Blueprint:
    """Return the routes of the links, and of the change of address."""
    blueprint = Blueprint("email_confirmation", __name__, url_prefix="/account")
    blueprint.get("/sign-up/<token>")(views.open_link)
    blueprint.route("/open", methods=BOTH)(views.open_account)
    blueprint.get("/email/<token>")(login_required(views.open_change))
    blueprint.route("/new-email", methods=BOTH)(login_required(views.change))
    blueprint.route("/email", methods=BOTH)(needs_fresh_password(views.authenticator, views.ask_to_change))
    return blueprint


def _asked_here(token: str) -> dict[str, str]:
    """Return what the session stores about a link; empty if it was requested in another browser."""
    asked = session.get(ASKED_HERE)
    return asked if isinstance(asked, dict) and asked.get("key") == key_of(token) else {}


def _expired(email: str | None = None) -> Shown:
    """Say that a link has expired, or that the address has an account: its owner, who opened the link, may know."""
    return render_template("account/link_expired.html", email=email), 410
