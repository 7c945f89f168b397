"""What the routes of lists take and answer."""

from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from online_models.schema.events import Item, ItemId, Pennies, RankingId, Surface
from online_models.schema.own_visitors import OwnVisitor
from online_models.schema.product import Availability, Product
from online_models.schema.recommendations import Reason
from online_models.schema.requested_list import MOST_VALUES

MOST = 100
Count = Annotated[int, Meta(ge=1, le=MOST, description="How many items at most.")]
Cursor = Annotated[str, Meta(min_length=1, max_length=256, description="`next` of the page before.")]
_Word = Annotated[str, Meta(min_length=1, max_length=128)]
Excluded = Annotated[
    tuple[Item, ...], Meta(max_length=MOST, description="Items to leave out; may be given several times.")
]


class ListQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be said of any list."""

    count: Count = 12
    cursor: Cursor | None = None
    exclude: Excluded = ()
    category: Annotated[
        tuple[_Word, ...], Meta(max_length=MOST_VALUES, description="A slug; the item is in one of those given.")
    ] = ()
    tag: Annotated[tuple[_Word, ...], Meta(max_length=MOST_VALUES, description="The item has all that are given.")] = ()
    min_price: Annotated[Pennies | None, Meta(description="In the smallest unit of the currency, included.")] = None
    max_price: Annotated[Pennies | None, Meta(description="In the smallest unit of the currency, included.")] = None
    in_stock: Annotated[bool, Meta(description="Without preorders and backorders.")] = False

    @property
    def has_filter(self) -> bool:
        """Whether it is said which items may be listed."""
        return bool(self.category or self.tag or self.in_stock) or (self.min_price, self.max_price) != (None, None)

    def admits(self, product: Product) -> bool:
        """Return whether a product may be listed."""
        return (
            (not self.category or product.category in self.category)
            and all(tag in product.tags for tag in self.tag)
            and (self.min_price is None or product.price >= self.min_price)
            and (self.max_price is None or product.price <= self.max_price)
            and not (self.in_stock and product.availability not in {None, "in_stock"})
        )


class SharedListQuery(ListQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same of a list that is nobody's own: without what this visitor has dismissed."""

    visitor: OwnVisitor | None = None


class ListedReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why an item is in a list.

    ``text`` is in English. ``phrase`` and ``named`` are its parts, for words of your own; ``evidence`` is the visitor's
    item that it is attributed to.
    """

    kind: str
    text: str
    phrase: str = ""
    named: str = ""
    evidence: ItemId | None = None


class ListedItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One item of a list.

    ``price`` is in the smallest unit of ``currency``. ``score`` orders the list it comes from; an item without one
    fills up a list that was shorter.
    """

    item: ItemId
    title: str
    price: int
    currency: str
    category: str
    picture: str = ""
    brand: str | None = None
    availability: Availability | None = None
    score: float | None = None
    reason: ListedReason | None = None


class ItemList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A list.

    Attributes
    ----------
    ranking_id
        Names the list: send it with the events of what was shown, clicked and bought from it.
    surface
        What kind of list it is: send it, too.
    is_personal
        Whether the models made it for this visitor.
    ranked_at
        When they did, Unix seconds.
    next
        The cursor of the next page, which may be empty; without one this is the last.
    """

    ranking_id: RankingId
    surface: Surface
    items: tuple[ListedItem, ...]
    is_personal: bool = False
    ranked_at: float | None = None
    next: str | None = None


ListName = Literal["trending", "top-rated", "new"]


def listed(product: Product, reason: Reason | None = None, score: float | None = None) -> ListedItem:
    """Return an item as lists show it."""
    return ListedItem(
        item=product.item,
        title=product.title,
        price=product.price,
        currency=product.currency,
        category=product.category,
        picture=product.picture,
        brand=product.brand,
        availability=product.availability,
        score=score,
        reason=None if reason is None or reason.phrase is None else _reason(reason),
    )


@lru_cache(maxsize=4_096)
def _reason(reason: Reason) -> ListedReason:
    return ListedReason(
        kind=reason.kind, text=reason.text, phrase=reason.phrase or "", named=reason.named, evidence=reason.evidence
    )
