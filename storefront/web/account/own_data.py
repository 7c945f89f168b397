"""Your data: all that the shop keeps of an account as one JSON document, and the deletion of the account."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy import Table, select

from online_models.schema.events import VisitorId
from online_models.schema.keyspace import RANKING_LENGTH
from storefront.accounts.account import Account
from storefront.accounts.address_links import AddressLinks
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.preferences import AccountPreferences
from storefront.accounts.sign_ins import SignInStore
from storefront.accounts.two_factor.second_factors import SecondFactors
from storefront.accounts.visitor_data import Deletion
from storefront.database.connection import Database
from storefront.database.tables import dismissals, order_lines, orders, reviews, wishes
from storefront.serving.lists import Lists
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.erasure_receipts import ErasureReceipts, Kind, Scope
from storefront.visitor_state.viewed import Viewed
from storefront.web.account.forms import WRONG, ConfirmForm
from storefront.web.account.page import EMPTY_THE_BROWSER, FormPage, PasswordAttempts, Shown, needs_fresh_password
from storefront.web.rendering.formatting import card_reason


@dataclass(frozen=True, slots=True)
class AccountExport:
    """Collects the export from every store."""

    database: Database
    address_links: AddressLinks
    preferences: AccountPreferences
    sign_ins: SignInStore
    factors: SecondFactors
    belongings: BelongingsReader
    viewed: Viewed
    lists: Lists

    def build(self, account: Account) -> dict[str, Any]:
        """Build the export. Raises `DatabaseDown`."""
        visitor, now = account.visitor, time.time()
        belongings = self.belongings.require(visitor)
        return {
            "exported_at": _moment(now),
            "account": {
                "visitor": visitor,
                "email": account.email,
                "name": account.name,
                "role": account.role,
                "created_at": _moment(account.created_at),
                "addresses_to_be_confirmed": self.address_links.asked_by(visitor),
            },
            "two_step_verification": self._two_step(visitor),
            "preferences": msgspec.to_builtins(self.preferences.read(visitor)),
            "sign_ins": [
                {"since": _moment(one.created_at), "seen": _moment(one.seen_at), "agent": one.agent}
                for one in self.sign_ins.of(visitor, now)
            ],
            "orders": self._orders(visitor),
            "reviews": self._rows(reviews, visitor),
            "stars": belongings.stars,
            "basket": belongings.basket,
            "dismissed": self._rows(dismissals, visitor),
            "wish_list": self._rows(wishes, visitor),
            "viewed": list(self.viewed.read(visitor)),
            "recommendations": [
                {"item": card.item, "title": card.title, "reason": card_reason(card)}
                for card in self.lists.read_for_you(visitor, RANKING_LENGTH).items
            ],
        }

    def _two_step(self, visitor: VisitorId) -> dict[str, Any] | None:
        status = self.factors.status(visitor)
        return {"on_since": _moment(status.on_since), "recovery_codes_left": status.codes_left} if status else None

    def _orders(self, visitor: VisitorId) -> list[dict[str, Any]]:
        found = self._rows(orders, visitor)
        columns = [column for column in order_lines.c if column.name not in {"order", "position"}]
        with self.database.read() as connection:
            for order in found:
                lines = select(*columns).where(order_lines.c.order == order["number"]).order_by(order_lines.c.position)
                order["lines"] = [dict(row) for row in connection.execute(lines).mappings()]
        return found

    def _rows(self, table: Table, visitor: VisitorId) -> list[dict[str, Any]]:
        """Return a table's rows of a visitor, with times in ISO 8601."""
        columns = [column for column in table.c if column.name not in {"visitor", "expires_at"}]
        with self.database.read() as connection:
            found = connection.execute(select(*columns).where(table.c.visitor == visitor)).mappings().all()
        return [
            {
                name: _moment(value) if name.endswith("_at") and value is not None else value
                for name, value in row.items()
            }
            for row in found
        ]


@dataclass(frozen=True, slots=True)
class OwnDataViews:
    """The pages of the export and the deletion, with what they need."""

    authenticator: Authenticator
    attempts: PasswordAttempts
    deletion: Deletion
    exports: AccountExport
    erasure_receipts: ErasureReceipts

    def show(self) -> Shown:
        """Show the page."""
        return render_template("account/data.html", form=ConfirmForm())

    def export(self) -> Shown:
        """Send the export as a file."""
        answer = jsonify(self.exports.build(self.authenticator.require_account()))
        name = f"riverfront-{time.strftime('%Y-%m-%d', time.gmtime())}.json"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def delete(self) -> Shown:
        """Delete the account if the password is right."""
        account = self.authenticator.require_account()
        form = ConfirmForm()
        page = FormPage("account/data.html", form)
        if not form.validate_on_submit():
            return page.show()
        if problem := self.attempts.check(page, form.password, account.email, account.password_hash, WRONG):
            return problem
        receipt = self.erasure_receipts.sign(self.deletion.delete(account))
        self.authenticator.sign_out()
        answer = redirect(url_for("own_data.goodbye", receipt=receipt), 303)
        answer.headers.update(EMPTY_THE_BROWSER)
        return answer

    def goodbye(self) -> Shown:
        """Confirm the deletion, with its receipt."""
        token = request.args.get("receipt", "")
        receipt = self.erasure_receipts.read(token)
        if receipt is None or receipt.scope != "account":
            return render_template("account/goodbye.html")
        rows = [(_erased(kind), number) for kind, number in receipt.counts.items()]
        return render_template(
            "account/goodbye.html", receipt=receipt, rows=rows, remains=remains(receipt.scope), signature=token
        )

    def receipt(self) -> Shown:
        """Send the receipt as a file."""
        token = request.args.get("receipt", "")
        receipt = self.erasure_receipts.read(token)
        if receipt is None:
            abort(404)
        answer = jsonify(
            scope=receipt.scope,
            erased_at=_moment(receipt.erased_at),
            erased=receipt.counts,
            remains=[*map(str, remains(receipt.scope))],
            signature=token,
        )
        name = f"riverfront-erasure-{time.strftime('%Y-%m-%d', time.gmtime(receipt.erased_at))}.json"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def create_blueprint(views: OwnDataViews) -> Blueprint:
    """Return the routes of the export and the deletion."""
    blueprint = Blueprint("own_data", __name__, url_prefix="/account")
    blueprint.get("/data")(login_required(views.show))
    blueprint.post("/export")(needs_fresh_password(views.authenticator, views.export))
    blueprint.post("/delete")(login_required(views.delete))
    blueprint.get("/goodbye")(views.goodbye)
    blueprint.get("/receipt")(views.receipt)
    return blueprint


def remains(scope: Scope) -> tuple[str, ...]:
    """Say what an erasure leaves behind, and for how long. No law has this shop keep anything: it sells nothing."""
    log = _("A log of what was done under a random number, without name or address, for 90 days at most.")
    own = (
        (
            _("No orders: this demo shop takes no payment, so no law has it keep invoices. A real shop has to."),
            log,
            _("A fingerprint of that number, so that nothing that arrives late is learned."),
        )
        if scope == "account"
        else (_("Your basket, orders, ratings, reviews and preferences: a reset leaves them."), log)
    )
    return (
        *own,
        _("Sums and patterns across many shoppers, which don’t record who did what."),
        _("Backups that the shop made before, until they’re replaced."),
    )


def _erased(kind: Kind) -> str:
    names: dict[Kind, str] = {
        "account": _("Account: email address, name, password, devices"),
        "two_step": _("Two-step verification"),
        "preferences": _("Preferences"),
        "orders": _("Orders"),
        "ratings": _("Ratings"),
        "reviews": _("Reviews"),
        "basket": _("Products in the basket"),
        "wish_list": _("Products on the wish list"),
        "dismissed": _("Products marked as not interested"),
        "viewed": _("Products viewed"),
        "activity": _("Products in your activity"),
    }
    return names[kind]


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
