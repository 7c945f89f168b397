"""All that the shop keeps of an account, as one JSON document."""

import time
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Table, select

from online_models.schema.events import VisitorId
from online_models.schema.keyspace import RANKING_LENGTH
from storefront.accounts.account import Account
from storefront.app.shop import Shop
from storefront.database.tables import order_lines, orders, reviews
from storefront.web.rendering.reasons import card_reason


def build_export(parts: Shop, account: Account) -> dict[str, Any]:
    """Collect it. Raises `DatabaseDown`."""
    visitor, accounts, now = account.visitor, parts.accounts, time.time()
    return {
        "exported_at": _moment(now),
        "account": {
            "visitor": visitor,
            "email": account.email,
            "name": account.name,
            "role": account.role,
            "created_at": _moment(account.created_at),
            "addresses_to_be_confirmed": accounts.address_links.asked_by(visitor),
        },
        "preferences": msgspec.to_builtins(accounts.preferences.read(visitor)),
        "sign_ins": [
            {"since": _moment(one.created_at), "seen": _moment(one.seen_at), "agent": one.agent}
            for one in accounts.sign_ins.of(visitor, now)
        ],
        "orders": _orders(parts, visitor),
        "reviews": _rows(parts, reviews, visitor),
        "stars": parts.ratings.read(visitor),
        "basket": parts.baskets.read(visitor),
        "viewed": list(parts.viewed.read(visitor)),
        "recommendations": [
            {"item": card.item, "title": card.title, "reason": card_reason(card)}
            for card in parts.lists.read_for_you(visitor, RANKING_LENGTH).items
        ],
    }


def _orders(parts: Shop, visitor: VisitorId) -> list[dict[str, Any]]:
    found = _rows(parts, orders, visitor)
    with parts.database.begin() as connection:
        for order in found:
            lines = select(order_lines).where(order_lines.c.order == order["number"]).order_by(order_lines.c.position)
            order["lines"] = [
                {name: value for name, value in row._mapping.items() if name not in {"order", "position"}}
                for row in connection.execute(lines)
            ]
    return found


def _rows(parts: Shop, table: Table, visitor: VisitorId) -> list[dict[str, Any]]:
    """Return a table's rows of a visitor, with times that people can read."""
    with parts.database.begin() as connection:
        rows = [dict(row._mapping) for row in connection.execute(select(table).where(table.c.visitor == visitor))]
    for row in rows:
        row.pop("visitor")
        for name in [name for name, value in row.items() if name.endswith("_at") and value is not None]:
            row[name] = _moment(row[name])
    return rows


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
