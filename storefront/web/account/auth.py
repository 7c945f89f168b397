"""The ways in and out: sign up, sign in, sign out, and the password asked again."""

import secrets
import time

from flask import Blueprint, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from online_models.schema.events import VisitorId
from storefront.accounts.account import Account, email_key
from storefront.accounts.account_store import EmailTaken
from storefront.app.shop import shop
from storefront.security.client_address import client_network
from storefront.security.limits import SIGN_UP
from storefront.security.return_address import safe_next
from storefront.web.account.access import needs_account, present_account
from storefront.web.account.attempts import try_password
from storefront.web.account.confirming import allow_letter, ask_to_open
from storefront.web.account.forms import CANNOT_BE_USED, ConfirmForm, SignInForm, SignUpForm
from storefront.web.account.page import EMPTY_THE_BROWSER, Shown, refuse_form, show_form, show_page

blueprint = Blueprint("entrance", __name__, url_prefix="/account")


@blueprint.get("")
def index() -> BaseResponse:
    """Lead to the profile, or to the sign-in."""
    return redirect(url_for("profile.show" if shop().accounts.identity.present() else "entrance.sign_in"), 303)


@blueprint.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> Shown:
    """Open an account, and sign in to it; or send the link that does, where addresses are confirmed."""
    accounts, confirms = shop().accounts, shop().settings.confirm_addresses
    if accounts.identity.account():
        return _onward()
    form = SignUpForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return show_form("account/sign_up.html", form, confirms=confirms)
    verdict = allow_letter(SIGN_UP, form.email.data) if confirms else shop().limits.allow(SIGN_UP, client_network())
    if not verdict.allowed:
        return refuse_form("account/sign_up.html", form, form.email, verdict, confirms=confirms)
    if confirms:
        ask_to_open(form.email.data, form.name.data, form.password.data, form.next.data)
        return show_page("account/sign_up_sent.html", email=form.email.data)
    account = Account(
        visitor=VisitorId(f"a{secrets.token_hex(12)}"),
        email=form.email.data,
        name=form.name.data,
        password_hash=accounts.passwords.hash(form.password.data),
        created_at=time.time(),
    )
    try:
        accounts.store.add(account)
    except EmailTaken:
        form.email.errors = [CANNOT_BE_USED]
        return show_form("account/sign_up.html", form)
    return welcome(account)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Shown:
    """Sign in."""
    accounts = shop().accounts
    if accounts.identity.account():
        return _onward()
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return show_form("account/sign_in.html", form)
    attempt = try_password(form.email.data, form.password.data)
    if not attempt.verdict.allowed:
        return refuse_form("account/sign_in.html", form, form.password, attempt.verdict)
    if attempt.account is None:
        form.password.errors = [_("Incorrect email or password.")]
        return show_form("account/sign_in.html", form)
    if accounts.passwords.is_outdated(attempt.account.password_hash):
        accounts.store.set_password(attempt.account.visitor, accounts.passwords.hash(form.password.data))
    return welcome(attempt.account)


@blueprint.post("/sign-out")
def sign_out() -> BaseResponse:
    """Sign out of this browser."""
    shop().accounts.identity.sign_out()
    answer = redirect(url_for("home.index"), 303)
    answer.headers.update(EMPTY_THE_BROWSER)
    return answer


@blueprint.route("/confirm", methods=["GET", "POST"])
@needs_account
def confirm() -> Shown:
    """Ask the password again, before what cannot be undone."""
    account = present_account()
    form = ConfirmForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return show_form("account/confirm.html", form)
    attempt = try_password(account.email, form.password.data)
    if not attempt.verdict.allowed:
        return refuse_form("account/confirm.html", form, form.password, attempt.verdict)
    if attempt.account is None:
        form.password.errors = [_("Incorrect password.")]
        return show_form("account/confirm.html", form)
    shop().accounts.identity.confirm()
    return _onward()


def welcome(account: Account) -> BaseResponse:
    """Sign the browser in, let it prove from now on that it was, and go where the visitor wished to."""
    parts = shop()
    parts.accounts.identity.sign_in(account)
    answer = make_response(_onward())
    parts.devices.remember(answer, request.cookies, email_key(account.email))
    return answer


def _onward() -> BaseResponse:
    wished = request.form.get("next") or request.args.get("next")
    return redirect(safe_next(wished, url_for("profile.show")), 303)
