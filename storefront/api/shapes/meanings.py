"""Makes events of this product's own kinds of what a foreign event says."""

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, get_args

from online_models.schema.events import Surface
from storefront.api.shapes.foreign import ForeignEvent, ForeignItem, NativeEvent, Unreadable
from storefront.api.shapes.values import first_text, need

MOST_SHOWN = 100
_OF_A_LIST = frozenset({"ranking_shown"})
_SURFACES = frozenset(get_args(Surface))
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,63}")
_ROOM = 56
"""Characters of an event's id: behind them there is room for the number of one of its items."""


def natives_of(event: ForeignEvent) -> Iterator[NativeEvent]:
    """Yield the events that a foreign one becomes, one for each item. Raises `Unreadable`."""
    common = _common(event)
    made = [fields for kind in event.kinds for fields in _of_kind(kind, event)]
    if not made:
        raise Unreadable("It names no item.", "items")
    base = event_id_of(event.event_id) if event.event_id else ""
    for number, fields in enumerate(made):
        own_id = {"event_id": base if len(made) == 1 else f"{base}.{number}"} if base else {}
        yield NativeEvent(visitor=event.visitor, fields={**common, **fields, **own_id})


def event_id_of(sent: str) -> str:
    """Return the id of an event as it is kept: the one that was sent, or a digest of it where it is long or odd.

    >>> event_id_of("order-17"), len(event_id_of("ün" * 40))
    ('order-17', 33)
    """
    if len(sent) <= _ROOM and _ID.fullmatch(sent):
        return sent
    return "h" + blake2b(sent.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _common(event: ForeignEvent) -> dict[str, Any]:
    fields: dict[str, Any] = {"surface": event.surface if event.surface in _SURFACES else "api"}
    if event.occurred_at is not None:
        fields["occurred_at"] = event.occurred_at
    if _ID.fullmatch(event.ranking_id):
        fields["ranking_id"] = event.ranking_id
    return fields


def _of_kind(kind: str, event: ForeignEvent) -> Iterator[dict[str, Any]]:
    if kind == "searched":
        yield {"kind": kind, "query": need(event.query, "query"), "surface": "search"}
    elif kind == "visitor_identified":
        yield {"kind": kind, "account": event.account}
    elif kind in _OF_A_LIST:
        items = list(dict.fromkeys(one.item for one in event.items))[:MOST_SHOWN]
        if items:
            searched = {"surface": "search"} if "searched" in event.kinds else {}
            yield {"kind": kind, "items": items, **searched}
    else:
        for one in event.items:
            yield _of_item(kind, event, one)


def _of_item(kind: str, event: ForeignEvent, one: ForeignItem) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": kind, "item": one.item}
    if kind in {"cart_item_added", "item_purchased", "item_refunded"}:
        fields["quantity"] = one.quantity
    if kind == "item_purchased" and one.price is not None:
        fields["price"] = one.price
    if kind in {"item_purchased", "item_refunded"} and _ID.fullmatch(event.order):
        fields["order"] = event.order
    if kind == "item_rated":
        if event.stars is None:
            raise Unreadable("It has no stars.", "rating")
        fields["stars"] = event.stars
    return fields


def native_of(fields: dict[str, Any]) -> NativeEvent:
    """Return an event that is written in this product's own fields. Raises `Unreadable`."""
    visitor = need(first_text(fields, "visitor"), "visitor")
    kept = {name: value for name, value in fields.items() if name != "visitor"}
    for name in ("event_id", "cause"):
        if isinstance(kept.get(name), str) and kept[name]:
            kept[name] = event_id_of(kept[name])
    return NativeEvent(visitor=visitor, fields=kept)
