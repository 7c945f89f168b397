"""Google Retail (Vertex AI Search for commerce): user events of version 2, as written and as imported."""

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


def read_retail(event: Fields, _around: Fields) -> ForeignEvent | None:
    """Return what an event says; None where it has no meaning here. Raises `Unreadable`."""
    kinds = kinds_of("retail", first_text(event, "eventType"))
    if not kinds:
        return None
    transaction = mapping_of(event.get("purchaseTransaction"))
    rows = objects_of(event.get("productDetails"))
    order, visitor = first_text(transaction, "id"), need(first_text(event, "visitorId"), "visitorId")
    return ForeignEvent(
        kinds=kinds,
        visitor=first_text(mapping_of(event.get("userInfo")), "userId") or visitor,
        event_id=f"purchase-complete:{order}:{visitor}" if order else "",
        occurred_at=time_of(event.get("eventTime")),
        items=tuple(_item(row, currency_of(transaction)) for row in rows),
        ranking_id=first_text(event, "attributionToken"),
        surface="category" if first_text(event, "eventType") == "category-page-view" else "",
        query=first_text(event, "searchQuery"),
        order=order,
    )


def _item(row: Fields, currency: str) -> ForeignItem:
    product = mapping_of(row.get("product"))
    info = mapping_of(product.get("priceInfo"))
    return ForeignItem(
        item=need(first_text(product, "id"), "productDetails.product.id"),
        quantity=quantity_of(row.get("quantity")),
        price=price_of(info.get("price"), currency_of(info) or currency),
    )
