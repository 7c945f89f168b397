"""What pages and servers of other shops may report. What is done by a server's key alone is not open to everybody."""

from storefront.api.shapes.meanings import MOST_SHOWN
from storefront.events.intake import FIELDS, EventSource

_BY_SERVERS_ALONE = frozenset({"item_forgotten", "taste_reset"})
IDENTIFIED = "visitor_identified"
"""Is taken by servers, too, and merges two visitors: see `taking`."""

_OF_PAGES = {
    **{kind: fields for kind, fields in FIELDS.items() if kind not in _BY_SERVERS_ALONE},
    "item_purchased": frozenset({"item", "quantity", "price", "order"}),
    "list_item_clicked": frozenset({"item"}),
    "searched": frozenset({"query"}),
}
_OF_SERVERS = {
    **_OF_PAGES,
    **{kind: FIELDS[kind] for kind in _BY_SERVERS_ALONE},
    "item_refunded": frozenset({"item", "quantity", "order"}),
    "preferences_changed": frozenset({"categories", "colours", "min_price", "max_price"}),
}

PAGES = EventSource(_OF_PAGES, most_shown=MOST_SHOWN)
SERVER = EventSource(_OF_SERVERS, is_trusted=True, most_shown=MOST_SHOWN)
