"""Links in letters that confirm an address: one opens an account, another gives an account its new address.

Machines read mail as well, and open what is in it: a link shows a page, and only the button on it does anything.
"""

import secrets
import time

from flask import Blueprint, flash, make_response, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from online_models.schema.events import VisitorId
from storefront.accounts.account import Account, email_key
from storefront.accounts.account_store import EmailTaken
from storefront.accounts.address_links import AddressLink
from storefront.app.shop import shop
from storefront.web.account.access import needs_account, present_account
from storefront.web.account.attempts import try_hash
from storefront.web.account.auth import welcome
from storefront.web.account.confirming import is_asked_here, onward_from
from storefront.web.account.forms import ConfirmForm
from storefront.web.account.page import Shown, refuse_form, show_form, show_page

blueprint = Blueprint("openings", __name__, url_prefix="/account")

TOKEN = "address_link"  # noqa: S105  (the name of a field, not a secret)
TOKEN_LENGTH = 64


@blueprint.get("/sign-up/<token>")
def open_link(token: str) -> Response:
    """Take the token out of the address, where it would be seen and kept, into the session."""
    session[TOKEN] = token[:TOKEN_LENGTH]
    return redirect(url_for("openings.open_account"), 303)


@blueprint.route("/open", methods=["GET", "POST"])
def open_account() -> Shown:
    """Open the account, and sign in to it.

    Who signed up in another browser is asked for the password. So nobody gets an account that a stranger began for
    their address, whose password the stranger knows, by opening what lies in their letterbox.
    """
    accounts, token = shop().accounts, session.get(TOKEN, "")
    link = accounts.address_links.find(token)
    if link is None or link.visitor is not None:
        return _over()
    if accounts.store.find_by_email(link.email):
        return _taken(link)
    form = ConfirmForm(next=onward_from(token))
    if is_asked_here(token):
        del form.password
    if not form.validate_on_submit():
        return show_form("account/open.html", form, email=link.email)
    if "password" in form and (refusal := _refusal(form, link)):
        return refusal
    return _open(token)


@blueprint.get("/email/<token>")
@needs_account
def open_change(token: str) -> Response:
    """Take the token out of the address. Only who is signed in comes here: an address may be a stranger's, mistyped."""
    session[TOKEN] = token[:TOKEN_LENGTH]
    return redirect(url_for("openings.change"), 303)


@blueprint.route("/new-email", methods=["GET", "POST"])
@needs_account
def change() -> Shown:
    """Give the account its new address, and tell the old one."""
    account, accounts, token = present_account(), shop().accounts, session.get(TOKEN, "")
    link = accounts.address_links.find(token)
    if link is None or (link.visitor, link.password_hash) != (account.visitor, account.password_hash):
        return _over()
    form = FlaskForm()
    if not form.validate_on_submit():
        return show_form("account/new_email.html", form, email=link.email)
    if accounts.address_links.take(token) is None:
        return _over()
    session.pop(TOKEN, None)
    try:
        accounts.store.set_email(account.visitor, link.email)
    except EmailTaken:
        return _taken(link)
    accounts.letters.email_changed(account, link.email)
    flash(_("Email address updated."))
    answer = make_response(redirect(url_for("profile.show"), 303))
    # This browser stays the owner's: it was so for the old address.
    shop().devices.remember(answer, request.cookies, email_key(link.email))
    return answer


def _refusal(form: ConfirmForm, link: AddressLink) -> Shown | None:
    """Try the password. Return the form with what is wrong, if it is."""
    verdict, fits = try_hash(link.email, form.password.data, link.password_hash)
    if not verdict.allowed:
        return refuse_form("account/open.html", form, form.password, verdict, email=link.email)
    if fits:
        return None
    form.password.errors = [_("That’s not the password you chose when you signed up.")]
    return show_form("account/open.html", form, email=link.email)


def _open(token: str) -> Shown:
    accounts = shop().accounts
    link = accounts.address_links.take(token)
    if link is None:
        return _over()
    account = Account(
        visitor=VisitorId(f"a{secrets.token_hex(12)}"),
        email=link.email,
        name=link.name,
        password_hash=link.password_hash,
        created_at=time.time(),
    )
    try:
        accounts.store.add(account)
    except EmailTaken:
        return _taken(link)
    answer = welcome(account)
    if answer.location == url_for("profile.show"):
        flash(_("Your account is ready."))
    return answer


def _over() -> Shown:
    return show_page("account/link_over.html", 410, email=None)


def _taken(link: AddressLink) -> Shown:
    """Say that the address has an account by now. It is no secret to whoever has its letterbox."""
    return show_page("account/link_over.html", 410, email=link.email)
