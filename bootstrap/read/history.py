"""History as events: rows of what visitors did become the shop's events, the same ones on every run."""

import hashlib
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import pandas as pd

from online_models.schema.events import (
    CartItemAdded,
    EventId,
    ItemEvent,
    ItemId,
    ItemPurchased,
    ItemRated,
    ItemViewed,
    ItemWished,
    VisitorId,
    event_id_at,
)

HISTORY_COLUMNS = ("visitor", "item", "kind", "quantity", "price", "order", "at")
"""Columns of a history: kind is one of `HistoryKind`, quantity holds the stars of a rating, price is in pence or -1,
order may be empty, at is in Unix seconds. Rows are in time order."""

HistoryKind = Literal["view", "cart", "purchase", "rating", "wish"]


class HistoryRow(NamedTuple):
    """One row of a history."""

    visitor: str
    item: str
    kind: str
    quantity: int
    price: int
    order: str
    at: float


def events_of(history: pd.DataFrame, first: int = 0) -> Iterator[ItemEvent]:
    """Make the events of a history, from row ``first`` on.

    An event's id is made of its time, its content and its row, so the same history always makes the same ids.
    """
    columns = [history[name].iloc[first:].tolist() for name in HISTORY_COLUMNS]
    for index, values in enumerate(zip(*columns, strict=True), start=first):
        row = HistoryRow(*values)
        yield _event(row, _event_id(row, index))


def history_digest(history: pd.DataFrame) -> str:
    """Digest a whole history, so that the same one is recognized."""
    digest = hashlib.blake2b(digest_size=12)
    for name in HISTORY_COLUMNS:
        digest.update("\n".join(map(str, history[name].tolist())).encode())
    return digest.hexdigest()


def _event_id(row: HistoryRow, index: int) -> EventId:
    content = f"{index}|{row.visitor}|{row.item}|{row.kind}|{row.quantity}|{row.order}"
    return event_id_at(row.at, hashlib.blake2b(content.encode(), digest_size=10).digest())


def _event(row: HistoryRow, event_id: EventId) -> ItemEvent:
    fields: dict[str, Any] = {
        "event_id": event_id,
        "visitor": VisitorId(row.visitor),
        "occurred_at": row.at,
        "surface": "history",
        "item": ItemId(row.item),
    }
    match row.kind:
        case "view":
            return ItemViewed(**fields)
        case "cart":
            return CartItemAdded(**fields, quantity=row.quantity)
        case "wish":
            return ItemWished(**fields)
        case "rating":
            return ItemRated(**fields, stars=row.quantity)
        case "purchase":
            price = row.price if row.price >= 0 else None
            return ItemPurchased(**fields, quantity=row.quantity, price=price, order=row.order or None)
    raise ValueError(f"{row.kind!r} is no kind of row")
