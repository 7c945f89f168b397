"""Segment v2 (ecommerce), as RudderStack and PostHog write it too: ``track``, ``identify`` and ``alias`` calls."""

from storefront.api.shapes.foreign import Fields, ForeignEvent, ForeignItem, Unreadable
from storefront.api.shapes.table import kinds_of
from storefront.api.shapes.values import (
    currency_of,
    first_text,
    mapping_of,
    need,
    number_of,
    objects_of,
    price_of,
    quantity_of,
    time_of,
)

CALLS = frozenset({"track", "page", "screen", "identify", "alias", "group"})
VISITOR = ("userId", "anonymousId", "distinct_id")
_PRODUCT = ("product_id", "sku", "id")
_TIMES = ("timestamp", "originalTimestamp", "sentAt")


def read_segment(event: Fields, around: Fields) -> ForeignEvent | None:
    """Return what a call says; None where it has no meaning here. Raises `Unreadable`."""
    call = first_text(event, "type") or "track"
    if call in ("identify", "alias"):
        return _identity(event, call)
    kinds = kinds_of("segment", first_text(event, "event"))
    if not kinds or call != "track":
        return None
    properties = mapping_of(event.get("properties"))
    rows = objects_of(properties.get("products")) or ([properties] if first_text(properties, *_PRODUCT) else [])
    currency = currency_of(properties)
    return ForeignEvent(
        kinds=kinds,
        visitor=need(first_text({**around, **event}, *VISITOR), "userId"),
        event_id=first_text(event, "messageId"),
        occurred_at=time_of(first_text({**around, **event}, *_TIMES)),
        items=tuple(_item(row, currency_of(row) or currency) for row in rows),
        ranking_id=first_text(properties, "ranking_id", "list_id"),
        surface=first_text(properties, "surface", "list", "category"),
        query=first_text(properties, "query"),
        order=first_text(properties, "order_id"),
        stars=_stars(properties),
    )


def _identity(event: Fields, call: str) -> ForeignEvent | None:
    visitor = first_text(event, "previousId" if call == "alias" else "anonymousId")
    account = first_text(event, "userId")
    if not visitor or not account or visitor == account:
        return None
    return ForeignEvent(
        kinds=kinds_of("segment", call),
        visitor=visitor,
        account=account,
        event_id=first_text(event, "messageId"),
        occurred_at=time_of(first_text(event, *_TIMES)),
    )


def _item(row: Fields, currency: str) -> ForeignItem:
    return ForeignItem(
        item=need(first_text(row, *_PRODUCT), "properties.product_id"),
        quantity=quantity_of(row.get("quantity")),
        price=price_of(row.get("price"), currency),
    )


def _stars(properties: Fields) -> int | None:
    if "rating" not in properties:
        return None
    number = number_of(properties["rating"])
    if number is None or not 1 <= number <= 5:
        raise Unreadable("Expected one to five stars.", "properties.rating")
    return round(number)
