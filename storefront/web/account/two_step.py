"""Two-step verification in the account: turn it on with an app, turn it off, get new recovery codes."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from markupsafe import Markup

from online_models.schema.events import VisitorId
from storefront.accounts.account import Account
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.emails import NEW_RECOVERY_CODES, SECOND_FACTOR_OFF, SECOND_FACTOR_ON, AccountEmails
from storefront.accounts.two_factor import time_codes
from storefront.accounts.two_factor.second_factors import SecondFactors
from storefront.limits.limits import CHANGE, Limits
from storefront.limits.throttle import waiting
from storefront.security.return_address import safe_next
from storefront.web.account.forms import WRONG, WRONG_CODE, CodeForm, ConfirmForm
from storefront.web.account.page import BOTH, CodeAttempts, FormPage, PasswordAttempts, Shown, needs_fresh_password


@dataclass(frozen=True, slots=True)
class TwoStepViews:
    """The pages of two-step verification, with what they need."""

    authenticator: Authenticator
    factors: SecondFactors
    attempts: PasswordAttempts
    code_attempts: CodeAttempts
    limits: Limits
    emails: AccountEmails

    def show(self) -> Shown:
        """Show whether it is on."""
        account = self.authenticator.require_account()
        return render_template("account/two_step.html", status=self.factors.status(account.visitor), account=account)

    def set_up(self) -> Shown:
        """Show the secret to an app, and turn it on by the app's first code. Other browsers are signed out."""
        account = self.authenticator.require_account()
        secret = self.factors.begin(account.visitor)
        if secret is None:
            return redirect(url_for("two_step.show"), 303)
        form = CodeForm(next=request.args.get("next", ""))
        address = time_codes.address_of(secret, account.email)
        page = FormPage(
            "account/set_up_two_step.html",
            form,
            address=address,
            picture=Markup(time_codes.picture_of(address)),  # noqa: S704 - drawn by us
            key=time_codes.in_groups(secret),
            is_operator=account.is_operator,
        )
        if not form.validate_on_submit():
            return page.show()
        codes: list[str] = []

        def confirm(visitor: VisitorId, typed: str) -> bool:
            codes.extend(self.factors.confirm(visitor, typed) or ())
            return bool(codes)

        if problem := self.code_attempts.check(page, form.code, account, confirm, WRONG_CODE):
            return problem
        self.authenticator.end_all(account.visitor)
        self.authenticator.renew(account)
        self.emails.send(account.email, SECOND_FACTOR_ON)
        return self._codes(codes, is_new=True)

    def renew_codes(self) -> Shown:
        """Show new recovery codes in place of those from before."""
        account = self.authenticator.require_account()
        codes = self.factors.renew_codes(account.visitor) if self._may_change(account) else None
        if codes is None:
            return redirect(url_for("two_step.show"), 303)
        self.emails.send(account.email, NEW_RECOVERY_CODES)
        return self._codes(codes, is_new=False)

    def turn_off(self) -> Shown:
        """Turn it off, with the password."""
        account = self.authenticator.require_account()
        if not self.factors.is_on(account.visitor):
            return redirect(url_for("two_step.show"), 303)
        form = ConfirmForm()
        page = FormPage("account/turn_off_two_step.html", form, is_operator=account.is_operator)
        if not form.validate_on_submit():
            return page.show()
        if problem := self.attempts.check(page, form.password, account.email, account.password_hash, WRONG):
            return problem
        if self.factors.turn_off(account.visitor):
            self.emails.send(account.email, SECOND_FACTOR_OFF)
        flash(_("Two-step verification is off."))
        return redirect(url_for("two_step.show"), 303)

    def _may_change(self, account: Account) -> bool:
        verdict = self.limits.allow(CHANGE, account.visitor)
        if not verdict.allowed:
            flash(waiting(verdict))
        return verdict.allowed

    def _codes(self, codes: list[str], *, is_new: bool) -> str:
        onward = safe_next(request.form.get("next"), url_for("two_step.show"), request.script_root)
        return render_template("account/recovery_codes.html", codes=codes, is_new=is_new, onward=onward)


def create_blueprint(views: TwoStepViews) -> Blueprint:
    """Return the routes of two-step verification."""
    blueprint = Blueprint("two_step", __name__, url_prefix="/account/two-step")
    blueprint.get("")(login_required(views.show))
    blueprint.route("/set-up", methods=BOTH)(needs_fresh_password(views.authenticator, views.set_up))
    blueprint.post("/codes")(needs_fresh_password(views.authenticator, views.renew_codes))
    blueprint.route("/off", methods=BOTH)(login_required(views.turn_off))
    return blueprint
