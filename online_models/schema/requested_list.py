"""A list made for one request: what is asked, and what is answered. The storefront asks, and any learner answers."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta

from online_models.schema.events import Item, Pennies, RankingId, Visitor
from online_models.schema.json_reader import json_reader
from online_models.schema.keyspace import RANKING_LENGTH
from online_models.schema.recommendations import Reason

MOST_ITEMS = 100
"""The longest list, the longest session and the largest basket."""

MOST_EXCLUDED = 1_000
MOST_VALUES = 50

_Items = Annotated[tuple[Item, ...], Meta(max_length=MOST_ITEMS)]
_Excluded = Annotated[tuple[Item, ...], Meta(max_length=MOST_EXCLUDED)]
_Word = Annotated[str, Meta(min_length=1, max_length=128)]
_Words = Annotated[tuple[_Word, ...], Meta(max_length=MOST_VALUES)]
_Count = Annotated[int, Meta(ge=1, le=MOST_ITEMS)]
_RequestId = Annotated[RankingId, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._:~-]{0,63}\Z")]


class ListFilter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which items may be listed. An item must keep to all that is said.

    Attributes
    ----------
    categories
        Slugs: its category must be one of them.
    tags
        It must have all of them.
    min_price, max_price
        In the smallest unit of the product's currency, both included.
    in_stock
        Whether it must be ready to be sent: no preorders or backorders. What is sold out is never listed.
    """

    categories: _Words = ()
    tags: _Words = ()
    min_price: Pennies | None = None
    max_price: Pennies | None = None
    in_stock: bool = False


EVERYTHING = ListFilter()


class ListRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a list is made from.

    Attributes
    ----------
    ranking_id
        Names the request and its list; unique.
    visitor
        Whose history and declared preferences count, where they are known.
    session
        Items of the present visit, oldest first: all that is known of an anonymous visitor, or what a known visitor
        did besides.
    item
        The item on the page, which is looked at now.
    basket
        Items in the basket.
    exclude
        Items that must not be listed, besides the item, the basket and the last of the session.
    count
        How many items are wanted. So many come for as long as that many may be listed.
    filter
        Which items may be listed.
    explain
        Whether the score of each item is taken apart by model.
    """

    ranking_id: _RequestId
    visitor: Visitor | None = None
    session: _Items = ()
    item: Item | None = None
    basket: _Items = ()
    exclude: _Excluded = ()
    count: _Count = RANKING_LENGTH
    filter: ListFilter = EVERYTHING
    explain: bool = False


class MadeItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item of a list that was made.

    Attributes
    ----------
    score
        By which the list is ordered; no probability.
    member
        The source that added most to its score; "new" for an item that nobody has touched yet.
    scores
        What each source added, by its name, where that was asked and is not zero. It is the linear part of the score.
    """

    item: Item
    score: float
    member: str
    reason: Reason
    scores: dict[str, float] = {}


class MadeList(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a request, best first. One that has failed is empty."""

    ranking_id: RankingId
    ranked_at: float
    items: tuple[MadeItem, ...] = ()
    has_failed: bool = False


class InvalidRequest(ValueError):
    """The bytes are not a request of this version."""


class InvalidList(ValueError):
    """The bytes are not a list of this version."""


encode_request: Callable[[ListRequest], bytes] = msgspec.json.encode
"""Write a request as JSON."""

decode_request = json_reader(msgspec.json.Decoder(ListRequest), InvalidRequest)
"""Read a request from JSON. Raises `InvalidRequest`."""

encode_list: Callable[[MadeList], bytes] = msgspec.json.encode
"""Write a list that was made as JSON."""

decode_list = json_reader(msgspec.json.Decoder(MadeList), InvalidList)
"""Read a list that was made from JSON. Raises `InvalidList`."""
