"""A function for each operation of the API, by its name in the OpenAPI document: each says what to send.

They are the methods of both clients, which send it and return the answer.
"""

import uuid
from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from riverfront_client.events import AnyEvent
from riverfront_client.models import (
    EventResults,
    EventStatus,
    ItemBatch,
    ItemChange,
    ItemForm,
    ItemList,
    ItemResult,
    ItemResults,
    MadeItemList,
    Price,
    Product,
    RecommendationRequest,
    SearchResults,
    Stock,
    Suggested,
    VisitorExport,
    VisitorHistory,
)
from riverfront_client.operation import Operation, segment

IDEMPOTENCY = "Idempotency-Key"


class ListParameters(TypedDict, total=False):
    """What may be said of any list. All of it may be left out.

    Attributes
    ----------
    count
        How many items at most.
    cursor
        `next` of the page before.
    exclude
        Items to leave out.
    category, tag
        The item is in one of these categories, and has all of these tags.
    min_price, max_price
        In the smallest unit of the currency, both included.
    in_stock
        No preorders and backorders.
    """

    count: int | None
    cursor: str | None
    exclude: Sequence[str]
    category: Sequence[str]
    tag: Sequence[str]
    min_price: int | None
    max_price: int | None
    in_stock: bool | None


class SharedListParameters(ListParameters, total=False):
    """The same of a list that is nobody's own: without what this visitor has dismissed."""

    visitor: str | None


def send_events(
    events: AnyEvent | Sequence[AnyEvent], *, idempotency_key: str | None = None
) -> Operation[EventResults]:
    """Send one event, or up to 1,000: in the product's own fields, or as GA4, Segment and others write them.

    Events without an id count once even if the request has to be sent again, and whenever the same events are sent
    under the same key within a day.
    """
    headers = {IDEMPOTENCY: idempotency_key or uuid.uuid4().hex}
    return Operation(method="POST", path="/events", answer=EventResults, body=events, headers=headers)


def get_event(event: str) -> Operation[EventStatus]:
    """Ask what became of an event, for a day: whether the models have learned it, and which lists it led to."""
    return Operation(method="GET", path=f"/events/{segment(event)}", answer=EventStatus)


def get_recommendations(visitor: str, **parameters: Unpack[ListParameters]) -> Operation[ItemList]:
    """Get a visitor's own list, as the models made it after the visitor's last event."""
    path = f"/visitors/{segment(visitor)}/recommendations"
    return Operation(method="GET", path=path, answer=ItemList, query=parameters)


def make_recommendations(request: RecommendationRequest) -> Operation[MadeItemList]:
    """Have a list made: for an anonymous visit given as items, a basket, or among some of the items."""
    return Operation(method="POST", path="/recommendations", answer=MadeItemList, body=request)


def get_similar_items(item: str, **parameters: Unpack[SharedListParameters]) -> Operation[ItemList]:
    """Get items similar to an item."""
    return Operation(method="GET", path=f"/items/{segment(item)}/similar", answer=ItemList, query=parameters)


def get_items_bought_together(item: str, **parameters: Unpack[SharedListParameters]) -> Operation[ItemList]:
    """Get items that are taken together with an item."""
    return Operation(method="GET", path=f"/items/{segment(item)}/bought-together", answer=ItemList, query=parameters)


def get_list(name: str, **parameters: Unpack[SharedListParameters]) -> Operation[ItemList]:
    """Get a list of the whole shop: ``trending``, ``top-rated`` or ``new``."""
    return Operation(method="GET", path=f"/lists/{segment(name)}", answer=ItemList, query=parameters)


def get_item(item: str) -> Operation[Product]:
    """Get an item as it is served."""
    return Operation(method="GET", path=f"/items/{segment(item)}", answer=Product)


def put_item(item: str, form: ItemForm) -> Operation[ItemResult]:
    """Write an item, whether the shop has it or not."""
    return Operation(method="PUT", path=f"/items/{segment(item)}", answer=ItemResult, body=form)


def set_stock(item: str, availability: bool | int | str) -> Operation[ItemResult]:
    """Change whether an item can be had: ``in_stock``, ``out_of_stock`` and so on, or how many there are."""
    body = Stock(availability=availability)
    return Operation(method="PATCH", path=f"/items/{segment(item)}/stock", answer=ItemResult, body=body)


def set_price(item: str, price: float | str, currency: str | None = None) -> Operation[ItemResult]:
    """Change what an item costs: a number in units of the currency, or text with it (``12.99 USD``)."""
    body = Price(price=price, currency=currency)
    return Operation(method="PATCH", path=f"/items/{segment(item)}/price", answer=ItemResult, body=body)


def delete_item(item: str) -> Operation[ItemResult]:
    """Delete an item: it leaves all lists."""
    return Operation(method="DELETE", path=f"/items/{segment(item)}", answer=ItemResult)


def change_items(changes: Sequence[ItemChange]) -> Operation[ItemResults]:
    """Change up to 1,000 items. Each is written or refused by itself."""
    body = ItemBatch(changes=list(changes))
    return Operation(method="POST", path="/items", answer=ItemResults, body=body)


def search(
    q: str,
    *,
    visitor: str | None = None,
    category: Sequence[str] = (),
    color: Sequence[str] = (),
    price: Sequence[str] = (),
    sort: str | None = None,
    page: int | None = None,
) -> Operation[SearchResults]:
    """Search the catalog. ``price`` is a range in the smallest unit (``250-500``); ``sort`` is as docs/api.md says."""
    query: dict[str, Any] = {"q": q, "visitor": visitor, "sort": sort, "page": page}
    query |= {"category": list(category), "color": list(color), "price": list(price)}
    return Operation(method="GET", path="/search", answer=SearchResults, query=query)


def autocomplete(q: str, *, visitor: str | None = None, count: int | None = None) -> Operation[Suggested]:
    """Get what to offer while somebody types: whole searches, categories, items."""
    query = {"q": q, "visitor": visitor, "count": count}
    return Operation(method="GET", path="/autocomplete", answer=Suggested, query=query)


def get_history(visitor: str, *, count: int | None = None, cursor: str | None = None) -> Operation[VisitorHistory]:
    """Get what a visitor viewed, rated, wished for, dismissed and has in the basket."""
    query = {"count": count, "cursor": cursor}
    return Operation(method="GET", path=f"/visitors/{segment(visitor)}/history", answer=VisitorHistory, query=query)


def export_visitor(visitor: str) -> Operation[VisitorExport]:
    """Get all that is kept of a visitor, as one document."""
    return Operation(method="GET", path=f"/visitors/{segment(visitor)}/export", answer=VisitorExport)


def forget_visitor(visitor: str) -> Operation[None]:
    """Erase a visitor."""
    return Operation(method="DELETE", path=f"/visitors/{segment(visitor)}", answer=type(None))
