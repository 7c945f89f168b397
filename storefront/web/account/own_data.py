"""What is mine: all of it as a file, and the deletion of the account."""

import time

from flask import Blueprint, jsonify, redirect, url_for
from flask_babel import gettext as _

from storefront.app.shop import shop
from storefront.web.account.access import needs_account, needs_fresh_password, present_account
from storefront.web.account.attempts import try_password
from storefront.web.account.export import build_export
from storefront.web.account.forms import DeletionForm
from storefront.web.account.page import EMPTY_THE_BROWSER, Shown, refuse_form, show_form, show_page

blueprint = Blueprint("own_data", __name__, url_prefix="/account")


@blueprint.get("/data")
@needs_account
def show() -> Shown:
    """Show what can be done with it."""
    return show_page("account/data.html", form=DeletionForm())


@blueprint.post("/export")
@needs_fresh_password
def export() -> Shown:
    """Send all of it as a file."""
    answer = jsonify(build_export(shop(), present_account()))
    name = f"riverfront-{time.strftime('%Y-%m-%d', time.gmtime())}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/delete")
@needs_account
def delete() -> Shown:
    """Delete the account, for who knows its password."""
    account, accounts = present_account(), shop().accounts
    form = DeletionForm()
    if not form.validate_on_submit():
        return show_form("account/data.html", form)
    attempt = try_password(account.email, form.password.data)
    if not attempt.verdict.allowed:
        return refuse_form("account/data.html", form, form.password, attempt.verdict)
    if attempt.account is None:
        form.password.errors = [_("Incorrect password.")]
        return show_form("account/data.html", form)
    accounts.deletion.delete(account)
    accounts.identity.sign_out()
    answer = redirect(url_for("own_data.goodbye"), 303)
    answer.headers.update(EMPTY_THE_BROWSER)
    return answer


@blueprint.get("/goodbye")
def goodbye() -> Shown:
    """Say that nothing is left."""
    return show_page("account/goodbye.html")
