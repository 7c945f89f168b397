"""The change of an account's email address: at once, or by a link to the new address where addresses are confirmed."""

from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _

from storefront.accounts.account import Account, email_key
from storefront.accounts.account_store import AccountStore, EmailTaken
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.emails import AccountEmails
from storefront.limits.client_address import client_network
from storefront.limits.limits import CHANGE, Limits
from storefront.security.known_devices import Devices
from storefront.web.account.access import needs_fresh_password
from storefront.web.account.confirming import ConfirmationRequests
from storefront.web.account.forms import CANNOT_BE_USED, EmailForm
from storefront.web.account.page import Shown, refuse_form, show_form


@dataclass(frozen=True, slots=True)
class EmailChangeViews:
    """The form for another address, with what it needs. ``confirms``: the new address is confirmed first."""

    authenticator: Authenticator
    accounts: AccountStore
    emails: AccountEmails
    limits: Limits
    devices: Devices
    confirmations: ConfirmationRequests
    confirms: bool

    def email(self) -> Shown:
        """Change the address, and tell the old one; or ask the new one first, where addresses are confirmed."""
        account = self.authenticator.require_account()
        form = EmailForm(email=account.email)
        if form.validate_on_submit() and self.confirms and form.email.data == account.email:
            form.email.errors = [_("This is already your email address.")]
        if not form.is_submitted() or form.errors:
            return show_form("account/email.html", form, confirms=self.confirms)
        return self._ask(account, form) if self.confirms else self._change(account, form)

    def _change(self, account: Account, form: EmailForm) -> Shown:
        for key in (client_network(), account.visitor):
            verdict = self.limits.allow(CHANGE, key)
            if not verdict.allowed:
                return refuse_form("account/email.html", form, form.email, verdict, confirms=False)
        try:
            self.accounts.set_email(account.visitor, form.email.data)
        except EmailTaken:
            form.email.errors = [CANNOT_BE_USED]
            return show_form("account/email.html", form)
        self.emails.email_changed(account, form.email.data)
        flash(_("Email address updated."))
        answer = make_response(redirect(url_for("profile.show"), 303))
        # This browser stays the owner's: it was so for the old address.
        self.devices.remember(answer, request.cookies, email_key(form.email.data))
        return answer

    def _ask(self, account: Account, form: EmailForm) -> Shown:
        verdict = self.confirmations.allow(CHANGE, form.email.data, account.visitor)
        if not verdict.allowed:
            return refuse_form("account/email.html", form, form.email, verdict, confirms=True)
        self.confirmations.ask_to_change(account, form.email.data)
        flash(
            _(
                "We’ve emailed %(email)s. Open the link in the email to confirm your new address.",
                email=form.email.data,
            )
        )
        return redirect(url_for("profile.show"), 303)


def add_email_change(blueprint: Blueprint, views: EmailChangeViews) -> Blueprint:
    """Add the route to the blueprint of the profile, and return it."""
    blueprint.route("/email", methods=["GET", "POST"])(needs_fresh_password(views.authenticator, views.email))
    return blueprint
