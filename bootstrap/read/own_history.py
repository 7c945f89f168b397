"""A history of one's own: who did what with which product, and when, from a file."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from bootstrap.errors import UnusableFile
from bootstrap.read.columns import find_columns, require_columns
from bootstrap.read.delimited import BadRow
from bootstrap.read.history import HISTORY_COLUMNS, HistoryKind
from bootstrap.read.ids import Ids
from bootstrap.read.rows import UnusableRow, read_rows, text_of
from online_models.schema.own_visitors import is_plain

HISTORY_FILE_COLUMNS = {
    field: names.split()
    for field, names in {
        "timestamp": "timestamp time at event_time date datetime invoicedate created_at",
        "visitor": "visitor user user_id visitor_id customer customer_id session session_id userid",
        "item": "item item_id product product_id sku asin itemid stockcode",
        "kind": "kind event event_type behaviour behavior type action",
        "value": "value rating quantity stars score",
        "order": "order order_id invoice basket_id transaction_id",
        "price": "unit_price price",
    }.items()
}
_WORDS_FOR: dict[HistoryKind, str] = {
    "view": "view click pv item_viewed pageview impression_click",
    "cart": "cart addtocart add_to_cart fav cart_item_added basket",
    "wish": "wish wishlist add_to_wishlist item_wished",
    "purchase": "purchase buy transaction order item_purchased sale",
    "rating": "rating rate item_rated review",
}
KINDS = {word: kind for kind, words in _WORDS_FOR.items() for word in words.split()}
"""Words for what happened, as files use them."""

_ADVICE = "Say which it is with --map-history {field}=COLUMN."
_MILLISECONDS_FROM = 1e11
_FURTHEST = 1e15


def read_own_history(
    path: Path,
    mapped: Mapping[str, str],
    items: frozenset[str],
    kind: str | None,
    scale: int,
    ids: Ids | None = None,
) -> tuple[pd.DataFrame, list[BadRow]]:
    """Read the usable rows of a history file in time order, and what is wrong with the others.

    Rows without a kind are of ``kind``, or views. Prices are multiplied by ``scale``. ``ids`` reads who and what.

    Raises
    ------
    UnusableFile
        If the file cannot be read, or lacks a needed column.
    """
    if kind is not None and kind not in KINDS:
        raise UnusableFile(f"A history's rows can be of kind view, cart, purchase, rating or wish, not {kind!r}.")

    def find(names: Sequence[str]) -> dict[str, int]:
        indices = find_columns(names, path, HISTORY_FILE_COLUMNS, mapped)
        require_columns(indices, ("timestamp", "visitor", "item"), names, path, _ADVICE)
        return indices

    reader = ids or Ids()

    def read(row: Mapping[str, object], _: int) -> tuple[object, ...]:
        visitor, item = reader.visitor(row["visitor"]), reader.item(row["item"])
        if item not in items:
            raise UnusableRow(f"item {item[:80]!r} is not in the catalog")
        texts = {name: text_of(cell) for name, cell in row.items() if name not in ("visitor", "item")}
        return visitor, item, *_history_row(texts, kind, scale)

    rows, bad = read_rows(path, find, read)
    history = pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))
    return history.sort_values("at", kind="stable").reset_index(drop=True), bad


def _history_row(row: Mapping[str, str], kind: str | None, scale: int) -> tuple[object, ...]:
    order = row.get("order", "")
    named = row.get("kind", "").lower() or kind or "view"
    if named not in KINDS:
        raise UnusableRow(f"kind {named[:40]!r} is none of view, wish, cart, purchase, rating")
    known = KINDS[named]
    price, order = _number(row.get("price", ""), -1.0), order if is_plain(order) else ""
    pence = round(price * scale) if price >= 0 else -1
    return known, _quantity(row.get("value", ""), known), pence, order, _unix_seconds(row["timestamp"])


def _quantity(text: str, kind: HistoryKind) -> int:
    number = _number(text, 1.0)
    if kind == "rating":
        stars = round(number)
        if not text or not 1 <= stars <= 5:
            raise UnusableRow(f"rating {text[:40]!r} is not 1 to 5")
        return stars
    if number <= 0 or number > 100_000:
        raise UnusableRow(f"quantity {text[:40]!r} is out of bounds")
    return max(1, round(number))


def _number(text: str, default: float) -> float:
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        raise UnusableRow(f"{text[:40]!r} is not a number") from None
    if not abs(number) < _FURTHEST:  # Nor is what is not a number.
        raise UnusableRow(f"{text[:40]!r} is not a number")
    return number


def _unix_seconds(text: str) -> float:
    """Read Unix seconds, Unix milliseconds, or an ISO date (UTC where it names no zone)."""
    try:
        seconds = float(text)
        seconds = seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds
    except ValueError:
        try:
            time = datetime.fromisoformat(text.removesuffix(" UTC"))
        except ValueError:
            raise UnusableRow(f"time {text[:40]!r} is neither Unix seconds nor an ISO date") from None
        seconds = (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    if not 0 < seconds < 32_503_680_000:
        raise UnusableRow(f"time {text[:40]!r} is out of bounds")
    return seconds
