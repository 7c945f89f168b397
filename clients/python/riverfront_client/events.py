"""Events in the product's own fields. What other systems write, GA4, Segment and others, is sent as they write it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

EventKind = Literal[
    "cart_item_added",
    "cart_item_removed",
    "item_dismissed",
    "item_forgotten",
    "item_liked",
    "item_purchased",
    "item_rated",
    "item_refunded",
    "item_unwished",
    "item_viewed",
    "item_wished",
    "list_item_clicked",
    "preferences_changed",
    "ranking_shown",
    "reasons_requested",
    "searched",
    "taste_reset",
    "visitor_identified",
]


class Event(TypedDict, total=False):
    """What a visitor did: ``Event(kind="item_viewed", visitor="customer-17", item="22423")``.

    Attributes
    ----------
    event_id
        Yours: the event counts once by it and its visitor.
    occurred_at
        Unix seconds; now if it is left out.
    surface, ranking_id
        Of the list that led to it.
    items, variant
        What was shown of a list, in order.
    price
        Of one, in the smallest unit of the currency.
    stars
        From 1 to 5.
    account
        The visitor who this one turned out to be.
    network
        A keyed digest of the shopper's network, to have events count by network, too.
    """

    kind: Required[EventKind]
    visitor: Required[str]
    event_id: str
    occurred_at: float
    surface: str
    ranking_id: str
    network: str
    item: str
    items: Sequence[str]
    variant: str
    quantity: int
    price: int
    order: str
    stars: int
    query: str
    account: str
    categories: Sequence[str]
    colours: Sequence[str]
    min_price: int
    max_price: int


AnyEvent = Event | Mapping[str, Any]
"""An event, or what another system writes."""
