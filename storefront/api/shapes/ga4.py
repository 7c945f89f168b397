"""GA4: events of the Measurement Protocol (``name`` and ``params``), and of a page's ``dataLayer``."""

from storefront.api.shapes.foreign import Fields, ForeignEvent, ForeignItem
from storefront.api.shapes.table import kinds_of
from storefront.api.shapes.values import (
    currency_of,
    first_text,
    mapping_of,
    need,
    objects_of,
    price_of,
    quantity_of,
    time_of,
)

VISITOR = ("user_id", "client_id", "app_instance_id", "visitor")
"""Fields that name the visitor, the best first. They stand beside the event, or around all of them."""


def read_ga4(event: Fields, around: Fields) -> ForeignEvent | None:
    """Return what an event says; None where it has no meaning here. Raises `Unreadable`."""
    name = first_text(event, "name", "event")
    kinds = kinds_of("ga4", name)
    params = {**event, **mapping_of(event.get("ecommerce")), **mapping_of(event.get("params"))}
    query = first_text(params, "search_term")
    if name == "view_item_list" and query:
        kinds = kinds_of("ga4", "search")
    if not kinds:
        return None
    currency, rows = currency_of(params), objects_of(params.get("items"))
    first = rows[0] if rows else {}
    order = first_text(params, "transaction_id")
    visitor = need(first_text({**around, **event}, *VISITOR), "client_id")
    return ForeignEvent(
        kinds=kinds,
        visitor=visitor,
        event_id=first_text(params, "event_id") or (f"{name}:{order}:{visitor}" if order else ""),
        occurred_at=time_of(first_text({**around, **params}, "timestamp_micros", "timestamp")),
        items=tuple(_item(row, currency_of(row) or currency) for row in rows),
        ranking_id=first_text({**first, **params}, "ranking_id", "item_list_id"),
        surface=first_text({**first, **params}, "surface", "item_list_name"),
        query=query,
        order=order,
    )


def _item(row: Fields, currency: str) -> ForeignItem:
    return ForeignItem(
        item=need(first_text(row, "item_id", "item_name", "id"), "items.item_id"),
        quantity=quantity_of(row.get("quantity")),
        price=price_of(row.get("price"), currency),
    )
