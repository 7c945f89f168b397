"""The profile: name, address, and what the visitor declares to like, which changes their lists at once."""

import secrets
import time

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _

from online_models.schema.events import PreferencesChanged, event_id_at
from storefront.accounts.account import Account, email_key
from storefront.accounts.account_store import EmailTaken
from storefront.accounts.preferences import Preferences
from storefront.app.shop import shop
from storefront.security.client_address import client_network
from storefront.security.limits import CHANGE
from storefront.web.account.access import needs_account, needs_fresh_password, present_account
from storefront.web.account.confirming import allow_letter, ask_to_change
from storefront.web.account.forms import CANNOT_BE_USED, EmailForm, NameForm
from storefront.web.account.page import Shown, refuse_form, show_form, show_page
from storefront.web.account.preference_form import form_for
from storefront.web.rendering.frame import check_allowance

blueprint = Blueprint("profile", __name__, url_prefix="/account")

RAIL = 8


@blueprint.get("/profile")
@needs_account
def show() -> Shown:
    """Show the profile."""
    account = present_account()
    return _page(account, shop().accounts.preferences.read(account.visitor))


@blueprint.post("/preferences")
@needs_account
def prefer() -> Shown:
    """Keep what the visitor declares to like, and tell the models."""
    account, parts = present_account(), shop()
    form = form_for(parts.reader.read_catalogue(), Preferences())
    if not form.validate_on_submit():
        return _page(account, Preferences(), form)
    check_allowance()
    declared, now = form.preferences(), time.time()
    event = PreferencesChanged(
        event_id=event_id_at(now, secrets.token_bytes(10)),
        visitor=account.visitor,
        occurred_at=now,
        received_at=now,
        categories=declared.categories,
        colours=declared.colours,
        min_price=declared.min_price,
        max_price=declared.max_price,
    )
    parts.accounts.preferences.write(account.visitor, declared, now)
    parts.publisher.publish(event)
    flash(_("Saved. Your recommendations are updating."))
    return redirect(url_for("profile.show", _anchor="preferences"), 303)


@blueprint.route("/name", methods=["GET", "POST"])
@needs_account
def name() -> Shown:
    """Change the name."""
    account = present_account()
    form = NameForm(name=account.name)
    if not form.validate_on_submit():
        return show_form("account/name.html", form)
    shop().accounts.store.set_name(account.visitor, form.name.data)
    flash(_("Name updated."))
    return redirect(url_for("profile.show"), 303)


@blueprint.route("/email", methods=["GET", "POST"])
@needs_fresh_password
def email() -> Shown:
    """Change the address, and tell the old one; or ask the new one first, where addresses are confirmed."""
    account, accounts, confirms = present_account(), shop().accounts, shop().settings.confirm_addresses
    form = EmailForm(email=account.email)
    if form.validate_on_submit() and confirms and form.email.data == account.email:
        form.email.errors = [_("This is already your email address.")]
    if not form.is_submitted() or form.errors:
        return show_form("account/email.html", form, confirms=confirms)
    if confirms:
        return _ask_for_email(account, form)
    for key in (client_network(), account.visitor):
        verdict = shop().limits.allow(CHANGE, key)
        if not verdict.allowed:
            return refuse_form("account/email.html", form, form.email, verdict, confirms=False)
    try:
        accounts.store.set_email(account.visitor, form.email.data)
    except EmailTaken:
        form.email.errors = [CANNOT_BE_USED]
        return show_form("account/email.html", form)
    accounts.letters.email_changed(account, form.email.data)
    flash(_("Email address updated."))
    answer = make_response(redirect(url_for("profile.show"), 303))
    # This browser stays the owner's: it was so for the old address.
    shop().devices.remember(answer, request.cookies, email_key(form.email.data))
    return answer


def _ask_for_email(account: Account, form: EmailForm) -> Shown:
    verdict = allow_letter(CHANGE, form.email.data, account.visitor)
    if not verdict.allowed:
        return refuse_form("account/email.html", form, form.email, verdict, confirms=True)
    ask_to_change(account, form.email.data)
    flash(
        _(
            "We’ve emailed %(email)s. Open the link in the email to confirm your new address.",
            email=form.email.data,
        )
    )
    return redirect(url_for("profile.show"), 303)


def _page(account: Account, declared: Preferences, form: object = None) -> Shown:
    parts = shop()
    form = form or form_for(parts.reader.read_catalogue(), declared)
    return show_page(
        "account/profile.html",
        422 if getattr(form, "errors", None) else 200,
        account=account,
        form=form,
        for_you=parts.lists.read_for_you(account.visitor, RAIL),
    )
