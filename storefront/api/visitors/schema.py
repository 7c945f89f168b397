"""What the routes of visitors answer."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from online_models.schema.events import ItemId
from storefront.api.lists.schema import Cursor, ListedItem

Deed = Literal["viewed", "rated", "in_basket", "wished", "dismissed"]
MOST_ENTRIES = 100


class HistoryQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of a history."""

    count: Annotated[int, Meta(ge=1, le=MOST_ENTRIES, description="How many entries at most.")] = 50
    cursor: Cursor | None = None


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a visitor did with an item. ``stars`` and ``quantity`` are of ratings and of the basket."""

    deed: Deed
    item: ItemId
    stars: int | None = None
    quantity: int | None = None


class VisitorHistory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a history: what was viewed comes first, the newest first."""

    entries: tuple[HistoryEntry, ...]
    next: str | None = None


class VisitorExport(msgspec.Struct, frozen=True, kw_only=True):
    """All that the product keeps under a visitor's name. Times are Unix seconds.

    Attributes
    ----------
    recommendations
        Their present list.
    remains
        What else was made of what they did, and why it is not in here.
    """

    visitor: str
    kept_as: str
    exported_at: float
    viewed: tuple[ItemId, ...]
    ratings: Mapping[ItemId, int]
    basket: Mapping[ItemId, int]
    wish_list: tuple[ItemId, ...]
    dismissed: tuple[ItemId, ...]
    recommendations: tuple[ListedItem, ...]
    remains: str = (
        "A log of what was done under this id, for 90 days at most, and what the models have learned from it: an "
        "erasure takes it out of them."
    )
