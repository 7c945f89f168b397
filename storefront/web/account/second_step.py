"""The second step of a sign-in: a code by time, or a recovery code. Nobody is signed in before it.

What the first step has shown stands in the signed session: whose password it was, and when. It lasts ten minutes, and
is worth nothing without a code.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from online_models.schema.events import VisitorId
from storefront.accounts.account import Account
from storefront.accounts.account_store import AccountStore
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.emails import RECOVERY_CODE_USED, AccountEmails
from storefront.accounts.two_factor.second_factors import SecondFactors
from storefront.security.known_devices import Devices
from storefront.security.return_address import safe_next
from storefront.web.account.forms import WRONG_CODE, WRONG_RECOVERY_CODE, CodeForm, RecoveryForm
from storefront.web.account.page import BOTH, CodeAttempts, FormPage, Shown, onward, password_mark, welcome
from storefront.web.rendering.formatting import count

PENDING = "second_step"
PENDING_SECONDS = 10 * 60.0


@dataclass(frozen=True, slots=True)
class SecondStep:
    """Begins the second step in a browser, and knows whose it is."""

    accounts: AccountStore
    now: Callable[[], float] = time.time

    def begin(self, account: Account, wished: str | None) -> Response:
        """Ask for the code."""
        session[PENDING] = {
            "visitor": account.visitor,
            "mark": password_mark(account),
            "at": self.now(),
            "next": safe_next(wished, "", request.script_root),
        }
        return redirect(url_for("second_step.code"), 303)

    def account(self) -> Account | None:
        """Return the account whose password was right in this browser; None if that was too long ago."""
        pending = session.get(PENDING)
        if not isinstance(pending, dict) or not 0 <= self.now() - pending.get("at", 0) <= PENDING_SECONDS:
            return None
        account = self.accounts.find(VisitorId(pending["visitor"]))
        return account if account and password_mark(account) == pending["mark"] else None

    def wished(self) -> str:
        """Return the page that the sign-in is for; empty for none."""
        pending = session.get(PENDING)
        return str(pending.get("next", "")) if isinstance(pending, dict) else ""


@dataclass(frozen=True, slots=True)
class SecondStepViews:
    """The pages for the code, with what they need."""

    authenticator: Authenticator
    second_step: SecondStep
    factors: SecondFactors
    code_attempts: CodeAttempts
    emails: AccountEmails
    devices: Devices

    def code(self) -> Shown:
        """Take the code of the app, and sign in."""
        account = self.second_step.account()
        if account is None or self.authenticator.account():
            return self._back()
        form = CodeForm(next=self.second_step.wished())
        page = FormPage("account/second_step.html", form)
        if not form.validate_on_submit():
            return page.show()
        if problem := self.code_attempts.check(page, form.code, account, self.factors.check_code, WRONG_CODE):
            return problem
        return welcome(account, self.authenticator, self.devices)

    def recovery(self) -> Shown:
        """Take a recovery code, and sign in. It is used up, and the account's owner is told."""
        account = self.second_step.account()
        if account is None or self.authenticator.account():
            return self._back()
        form = RecoveryForm(next=self.second_step.wished())
        page = FormPage("account/recovery.html", form)
        if not form.validate_on_submit():
            return page.show()
        check = self.factors.use_recovery_code
        if problem := self.code_attempts.check(page, form.code, account, check, WRONG_RECOVERY_CODE):
            return problem
        status = self.factors.status(account.visitor)
        left = status.codes_left if status else 0
        self.emails.send(account.email, RECOVERY_CODE_USED, left=count(left))
        answer = welcome(account, self.authenticator, self.devices)
        flash(ngettext("You have %(num)s recovery code left.", "You have %(num)s recovery codes left.", left))
        return answer

    def _back(self) -> Response:
        if self.authenticator.account():
            return onward()
        flash(_("Sign in again to continue."))
        return redirect(url_for("auth.sign_in", next=self.second_step.wished() or None), 303)


def create_blueprint(views: SecondStepViews) -> Blueprint:
    """Return the routes of the second step."""
    blueprint = Blueprint("second_step", __name__, url_prefix="/account/sign-in")
    blueprint.route("/code", methods=BOTH)(views.code)
    blueprint.route("/recovery", methods=BOTH)(views.recovery)
    return blueprint
