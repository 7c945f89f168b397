"""All that the shop keeps of an account, as one JSON document."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Table, select

from online_models.schema.events import VisitorId
from online_models.schema.keyspace import RANKING_LENGTH
from storefront.accounts.account import Account
from storefront.accounts.account_preferences import AccountPreferences
from storefront.accounts.address_links import AddressLinks
from storefront.accounts.sign_ins import SignInStore
from storefront.database.connection import Database
from storefront.database.tables import order_lines, orders, reviews
from storefront.serving.lists import Lists
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitor_numbers import VisitorNumbers
from storefront.web.rendering.reasons import card_reason


@dataclass(frozen=True, slots=True)
class AccountExport:
    """Collects it, from every store."""

    database: Database
    address_links: AddressLinks
    preferences: AccountPreferences
    sign_ins: SignInStore
    ratings: VisitorNumbers
    baskets: VisitorNumbers
    viewed: Viewed
    lists: Lists

    def build(self, account: Account) -> dict[str, Any]:
        """Collect it. Raises `DatabaseDown`."""
        visitor, now = account.visitor, time.time()
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
            "preferences": msgspec.to_builtins(self.preferences.read(visitor)),
            "sign_ins": [
                {"since": _moment(one.created_at), "seen": _moment(one.seen_at), "agent": one.agent}
                for one in self.sign_ins.of(visitor, now)
            ],
            "orders": self._orders(visitor),
            "reviews": self._rows(reviews, visitor),
            "stars": self.ratings.read(visitor),
            "basket": self.baskets.read(visitor),
            "viewed": list(self.viewed.read(visitor)),
            "recommendations": [
                {"item": card.item, "title": card.title, "reason": card_reason(card)}
                for card in self.lists.read_for_you(visitor, RANKING_LENGTH).items
            ],
        }

    def _orders(self, visitor: VisitorId) -> list[dict[str, Any]]:
        found = self._rows(orders, visitor)
        with self.database.begin() as connection:
            for order in found:
                lines = (
                    select(order_lines).where(order_lines.c.order == order["number"]).order_by(order_lines.c.position)
                )
                order["lines"] = [
                    {name: value for name, value in row._mapping.items() if name not in {"order", "position"}}
                    for row in connection.execute(lines)
                ]
        return found

    def _rows(self, table: Table, visitor: VisitorId) -> list[dict[str, Any]]:
        """Return a table's rows of a visitor, with times that people can read."""
        with self.database.begin() as connection:
            rows = [dict(row._mapping) for row in connection.execute(select(table).where(table.c.visitor == visitor))]
        for row in rows:
            row.pop("visitor")
            for name in [name for name, value in row.items() if name.endswith("_at") and value is not None]:
                row[name] = _moment(row[name])
        return rows


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
