"""A new password for who has forgotten theirs: by a link in a letter. The answer is the same for unknown addresses."""

from flask import Blueprint, flash, make_response, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from storefront.accounts.account import email_key
from storefront.app.shop import shop
from storefront.security.client_address import client_network
from storefront.security.limits import RESET
from storefront.web.account.forms import ForgottenForm, NewPasswordForm, check_new_password
from storefront.web.account.page import Shown, refuse_form, show_form, show_page

blueprint = Blueprint("resets", __name__, url_prefix="/account")

TOKEN = "reset"  # noqa: S105  (the name of a field, not a secret)


@blueprint.route("/reset", methods=["GET", "POST"])
def ask() -> Shown:
    """Ask for the address, and send the link there if it has an account."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return show_form("account/reset.html", form)
    accounts, limits = shop().accounts, shop().limits
    for key in (client_network(), f"to {email_key(form.email.data)}"):
        verdict = limits.allow(RESET, key)
        if not verdict.allowed:
            return refuse_form("account/reset.html", form, form.email, verdict)
    account = accounts.store.find_by_email(form.email.data)
    if account is not None:
        path = url_for("resets.open_link", token=accounts.reset_links.make(account))
        accounts.letters.reset(account, f"{shop().settings.public_address}{path}")
    return show_page("account/reset_sent.html", email=form.email.data)


@blueprint.get("/reset/<token>")
def open_link(token: str) -> Response:
    """Take the token out of the address, where it would be seen and kept, into the session."""
    session[TOKEN] = token
    return redirect(url_for("resets.choose"), 303)


@blueprint.route("/new-password", methods=["GET", "POST"])
def choose() -> Shown:
    """Let who has the link choose a password. Every browser is signed out by it.

    This one is known as the owner's from now on: however often others guess, the owner signs in without delay.
    """
    accounts = shop().accounts
    account = accounts.reset_links.read(session.get(TOKEN, ""))
    if account is None:
        return show_page("account/reset_over.html", 410)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            check_new_password(form.password, account.name, account.email)
        except ValidationError as error:
            form.password.errors = [str(error)]
    if not form.is_submitted() or form.errors:
        return show_form("account/new_password.html", form, email=account.email)
    accounts.store.set_password(account.visitor, accounts.passwords.hash(form.password.data))
    accounts.identity.end_all(account.visitor)
    accounts.identity.sign_out()
    accounts.letters.password_changed(account)
    flash(_("Password changed. Sign in with your new password."))
    answer = make_response(redirect(url_for("entrance.sign_in"), 303))
    shop().devices.remember(answer, request.cookies, email_key(account.email))
    return answer
