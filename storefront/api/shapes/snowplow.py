"""Snowplow ecommerce: tracker payloads (``e=ue``), and the ecommerce action as self-describing JSON with entities."""

from base64 import urlsafe_b64decode
from collections.abc import Iterable

from storefront.api.shapes.foreign import Fields, ForeignEvent, ForeignItem
from storefront.api.shapes.table import kinds_of
from storefront.api.shapes.values import (
    currency_of,
    first_text,
    json_object,
    mapping_of,
    need,
    objects_of,
    price_of,
    quantity_of,
    time_of,
)

ACTION = "/snowplow_ecommerce_action/"
PAYLOAD = "/payload_data/"
VISITOR = ("uid", "user_id", "duid", "domain_userid", "visitor")
_PRODUCT, _ORDERS = "/product/", ("/transaction/", "/refund/")


def read_snowplow(event: Fields, around: Fields) -> ForeignEvent | None:
    """Return what an event says; None where it has no meaning here. Raises `Unreadable`."""
    action = _action(event)
    kinds = kinds_of("snowplow", first_text(action, "type"))
    if not kinds:
        return None
    entities = [*_entities(event)]
    rows = [data for schema, data in entities if _PRODUCT in schema]
    orders: Fields = next((data for schema, data in entities if any(part in schema for part in _ORDERS)), {})
    return ForeignEvent(
        kinds=kinds,
        visitor=need(first_text({**around, **event}, *VISITOR), "duid"),
        event_id=first_text(event, "eid", "event_id"),
        occurred_at=time_of(first_text(event, "ttm", "dtm", "derived_tstamp", "collector_tstamp")),
        items=tuple(_item(row, currency_of(row, orders)) for row in rows),
        ranking_id=first_text(action, "ranking_id", "name"),
        surface=first_text(action, "surface", "name"),
        order=first_text(orders, "transaction_id"),
    )


def _action(event: Fields) -> Fields:
    """Return the data of the ecommerce action, wherever the payload has it; nothing where it is another event."""
    outer = event if ACTION in first_text(event, "schema") else _packed(event, "ue_pr", "ue_px")
    found = outer if ACTION in first_text(outer, "schema") else mapping_of(outer.get("data"))
    return mapping_of(found.get("data")) if ACTION in first_text(found, "schema") else {}


def _entities(event: Fields) -> Iterable[tuple[str, Fields]]:
    packed = _packed(event, "co", "cx")
    rows = objects_of(packed.get("data")) or objects_of(event.get("context") or event.get("contexts"))
    for row in rows:
        yield first_text(row, "schema"), mapping_of(row.get("data"))


def _packed(event: Fields, plain: str, encoded: str) -> Fields:
    """Return what a payload holds as JSON in a text, or in Base64."""
    if plain in event:
        return json_object(event[plain])
    text = first_text(event, encoded)
    try:
        return json_object(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return {}


def _item(row: Fields, currency: str) -> ForeignItem:
    return ForeignItem(
        item=need(first_text(row, "id"), "product.id"),
        quantity=quantity_of(row.get("quantity")),
        price=price_of(row.get("price"), currency),
    )
