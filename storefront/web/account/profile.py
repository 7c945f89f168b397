"""The profile: name, address, and what the visitor declares to like, which changes their lists at once."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from storefront.accounts.account import Account
from storefront.accounts.account_preferences import AccountPreferences
from storefront.accounts.account_store import AccountStore
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.preference_store import Preferences
from storefront.limits.event_allowance import EventAllowance
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.web.account.access import needs_account
from storefront.web.account.forms import NameForm
from storefront.web.account.page import Shown, show_form, show_page
from storefront.web.account.preference_form import form_for
from storefront.web.rendering.frame import check_allowance

RAIL = 8


@dataclass(frozen=True, slots=True)
class ProfileViews:
    """The profile's page and its forms, with what they need."""

    authenticator: Authenticator
    accounts: AccountStore
    preferences: AccountPreferences
    reader: ServingReader
    lists: Lists
    event_allowance: EventAllowance

    def show(self) -> Shown:
        """Show the profile."""
        account = self.authenticator.require_account()
        return self._page(account, self.preferences.read(account.visitor))

    def prefer(self) -> Shown:
        """Keep what the visitor declares to like, and tell the models."""
        account = self.authenticator.require_account()
        form = form_for(self.reader.read_catalog(), Preferences())
        if not form.validate_on_submit():
            return self._page(account, Preferences(), form)
        check_allowance(self.event_allowance)
        self.preferences.declare(account.visitor, form.preferences())
        flash(_("Saved. Your recommendations are updating."))
        return redirect(url_for("profile.show", _anchor="preferences"), 303)

    def name(self) -> Shown:
        """Change the name."""
        account = self.authenticator.require_account()
        form = NameForm(name=account.name)
        if not form.validate_on_submit():
            return show_form("account/name.html", form)
        self.accounts.set_name(account.visitor, form.name.data)
        flash(_("Name updated."))
        return redirect(url_for("profile.show"), 303)

    def _page(self, account: Account, declared: Preferences, form: object = None) -> Shown:
        form = form or form_for(self.reader.read_catalog(), declared)
        return show_page(
            "account/profile.html",
            422 if getattr(form, "errors", None) else 200,
            account=account,
            form=form,
            for_you=self.lists.read_for_you(account.visitor, RAIL),
        )


def create_blueprint(views: ProfileViews) -> Blueprint:
    """Return the routes of the profile. `email_change` adds the change of the address."""
    blueprint = Blueprint("profile", __name__, url_prefix="/account")
    authenticator = views.authenticator
    blueprint.get("/profile")(needs_account(authenticator, views.show))
    blueprint.post("/preferences")(needs_account(authenticator, views.prefer))
    blueprint.route("/name", methods=["GET", "POST"])(needs_account(authenticator, views.name))
    return blueprint
