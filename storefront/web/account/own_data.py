"""What is mine: all of it as a file, and the deletion of the account."""

import time
from dataclasses import dataclass

from flask import Blueprint, jsonify, redirect, url_for
from flask_babel import gettext as _

from storefront.accounts.authenticator import Authenticator
from storefront.accounts.deletion import Deletion
from storefront.web.account.access import needs_account, needs_fresh_password
from storefront.web.account.attempts import PasswordAttempts
from storefront.web.account.export import AccountExport
from storefront.web.account.forms import DeletionForm
from storefront.web.account.page import EMPTY_THE_BROWSER, Shown, refuse_form, show_form, show_page


@dataclass(frozen=True, slots=True)
class OwnDataViews:
    """The pages of the export and the deletion, with what they need."""

    authenticator: Authenticator
    attempts: PasswordAttempts
    deletion: Deletion
    exports: AccountExport

    def show(self) -> Shown:
        """Show what can be done with it."""
        return show_page("account/data.html", form=DeletionForm())

    def export(self) -> Shown:
        """Send all of it as a file."""
        answer = jsonify(self.exports.build(self.authenticator.require_account()))
        name = f"riverfront-{time.strftime('%Y-%m-%d', time.gmtime())}.json"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def delete(self) -> Shown:
        """Delete the account, for who knows its password."""
        account = self.authenticator.require_account()
        form = DeletionForm()
        if not form.validate_on_submit():
            return show_form("account/data.html", form)
        attempt = self.attempts.try_password(account.email, form.password.data)
        if not attempt.verdict.allowed:
            return refuse_form("account/data.html", form, form.password, attempt.verdict)
        if attempt.account is None:
            form.password.errors = [_("Incorrect password.")]
            return show_form("account/data.html", form)
        self.deletion.delete(account)
        self.authenticator.sign_out()
        answer = redirect(url_for("own_data.goodbye"), 303)
        answer.headers.update(EMPTY_THE_BROWSER)
        return answer

    def goodbye(self) -> Shown:
        """Say that nothing is left."""
        return show_page("account/goodbye.html")


def create_blueprint(views: OwnDataViews) -> Blueprint:
    """Return the routes of the export and the deletion."""
    blueprint = Blueprint("own_data", __name__, url_prefix="/account")
    authenticator = views.authenticator
    blueprint.get("/data")(needs_account(authenticator, views.show))
    blueprint.post("/export")(needs_fresh_password(authenticator, views.export))
    blueprint.post("/delete")(needs_account(authenticator, views.delete))
    blueprint.get("/goodbye")(views.goodbye)
    return blueprint
