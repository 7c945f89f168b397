"""What the events of other systems are called here: the one table that they are read by, and docs/api.md shows."""

from typing import Literal, NamedTuple

Shape = Literal["ga4", "retail", "segment", "snowplow"]
TITLES: dict[Shape, str] = {
    "ga4": "GA4",
    "retail": "Google Retail",
    "segment": "Segment",
    "snowplow": "Snowplow",
}
"""Each shape, and what it is called in the docs. RudderStack and PostHog write as Segment does."""

SEARCHED_AND_SHOWN = "searched, ranking_shown"


class Row(NamedTuple):
    """What is called so elsewhere becomes events of these kinds, one for each item where they are of an item."""

    kinds: str
    ga4: tuple[str, ...] = ()
    retail: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    snowplow: tuple[str, ...] = ()


TABLE = (
    Row("item_viewed", ("view_item",), ("detail-page-view",), ("Product Viewed",), ("product_view",)),
    Row("ranking_shown", ("view_item_list",), ("category-page-view",), ("Product List Viewed",), ("list_view",)),
    Row("list_item_clicked", ("select_item",), (), ("Product Clicked",), ("list_click",)),
    Row("cart_item_added", ("add_to_cart",), ("add-to-cart",), ("Product Added",), ("add_to_cart",)),
    Row("cart_item_removed", ("remove_from_cart",), (), ("Product Removed",), ("remove_from_cart",)),
    Row("item_purchased", ("purchase",), ("purchase-complete",), ("Order Completed",), ("transaction",)),
    Row("item_refunded", ("refund",), (), ("Order Refunded",), ("refund",)),
    Row(SEARCHED_AND_SHOWN, ("search", "view_search_results"), ("search",), ("Products Searched",), ()),
    Row("item_wished", ("add_to_wishlist",), (), ("Product Added to Wishlist",), ()),
    Row("item_unwished", (), (), ("Product Removed from Wishlist",), ()),
    Row("item_rated", (), (), ("Product Reviewed",), ()),
    Row("visitor_identified", (), (), ("identify", "alias"), ()),
)
"""Whatever is not named here has no meaning for recommendations, and is answered ``ignored``."""


def kinds_of(shape: Shape, name: str) -> tuple[str, ...]:
    """Return the kinds of events that a foreign event becomes; nothing where it has no meaning here.

    >>> kinds_of("ga4", "view_item"), kinds_of("retail", "search"), kinds_of("segment", "Cart Viewed")
    (('item_viewed',), ('searched', 'ranking_shown'), ())
    """
    return _KINDS[shape].get(name, ())


def as_markdown() -> str:
    """Return the table as docs/api.md shows it."""
    head = ("becomes", *TITLES.values())
    rows = [(row.kinds, *(getattr(row, shape) for shape in TITLES)) for row in TABLE]
    lines = [
        f"| {' | '.join(head)} |",
        f"|{' --- |' * len(head)}",
        *(f"| {' | '.join([_ticked(row[0].split(', ')), *(_ticked(names) for names in row[1:])])} |" for row in rows),
    ]
    return "\n".join(lines)


def _ticked(names: tuple[str, ...] | list[str] | str) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


_KINDS: dict[Shape, dict[str, tuple[str, ...]]] = {
    shape: {name: tuple(row.kinds.split(", ")) for row in TABLE for name in getattr(row, shape)} for shape in TITLES
}
