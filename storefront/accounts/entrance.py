"""The ways in and out: sign up, sign in, sign out, and the password asked again."""

import secrets
import time

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse

from online_models.events import VisitorId
from storefront.accounts.account import Account
from storefront.accounts.account_store import EmailTaken
from storefront.accounts.forms import SignInForm, SignUpForm
from storefront.return_address import safe_next
from storefront.shop import shop

blueprint = Blueprint("entrance", __name__, url_prefix="/account")

INVALID = 422


@blueprint.get("")
def index() -> BaseResponse:
    """Lead to the profile, or to the sign-in."""
    return redirect(url_for("profile.show" if shop().accounts.identity.present() else "entrance.sign_in"), 303)


@blueprint.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> tuple[str, int] | BaseResponse:
    """Open an account, and sign in to it."""
    accounts = shop().accounts
    if accounts.identity.present():
        return _onward()
    form = SignUpForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
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
            form.email.errors = [_("This address cannot be used. If it is yours, sign in, or ask for a new password.")]
        else:
            accounts.identity.sign_in(account)
            return _onward()
    return _page("account/sign_up.html", form)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> tuple[str, int] | BaseResponse:
    """Sign in."""
    accounts = shop().accounts
    if accounts.identity.account():
        return _onward()
    form = SignInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        account = accounts.store.find_by_email(form.email.data)
        if accounts.passwords.fits(account.password_hash if account else None, form.password.data) and account:
            if accounts.passwords.is_outdated(account.password_hash):
                accounts.store.set_password(account.visitor, accounts.passwords.hash(form.password.data))
            accounts.identity.sign_in(account)
            return _onward()
        form.password.errors = [_("The address or the password is not right.")]
    return _page("account/sign_in.html", form)


@blueprint.post("/sign-out")
def sign_out() -> BaseResponse:
    """Sign out of this browser."""
    shop().accounts.identity.sign_out()
    return redirect(url_for("home.index"), 303)


def _page(template: str, form: FlaskForm) -> tuple[str, int]:
    return render_template(template, form=form), INVALID if form.errors else 200


def _onward() -> BaseResponse:
    wished = request.form.get("next") or request.args.get("next")
    return redirect(safe_next(wished, url_for("profile.show")), 303)
