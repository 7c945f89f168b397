"""A recommended list: what the learner ranks, Redis keeps, the socket pushes and the page draws."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta

from online_models.schema.events import EventId, Item, ItemId, RankingId, VisitorId
from online_models.schema.json_reader import json_reader
from online_models.schema.phrases import KINDS, Phrase, ReasonKind, current, fill
from online_models.schema.product import Product


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Why an item is in the list: a phrase that every shop words in its visitor's language, and the evidence.

    Attributes
    ----------
    phrase
        The text; None for no text, as in lists of an earlier version.
    named
        What the phrase names, mostly the title of the evidence.
    evidence
        The visitor's item that it is attributed to, if any.
    """

    phrase: Annotated[Phrase, Meta(max_length=400)] | None = None
    named: Annotated[str, Meta(max_length=300)] = ""
    evidence: ItemId | None = None

    @property
    def kind(self) -> ReasonKind:
        """What kind of reason it is; where that is not known, that others chose the item."""
        phrase = current(self.phrase)
        return KINDS.get(phrase, "popular") if phrase is not None else "popular"

    @property
    def text(self) -> str:
        """The reason in English."""
        return fill(self.phrase or "", self.named)


class RankedItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One item of a list. ``score`` orders the list; ``member`` is its top source."""

    item: Item
    score: float
    member: str
    reason: Reason


class Journey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When the event that caused a list passed each hop: Unix seconds, the servers' clocks.

    ``appended_at`` is stamped by Kafka in whole milliseconds; the others are finer.
    """

    event_id: EventId
    partition: int
    offset: int
    appended_at: float
    polled_at: float
    learned_at: float
    ranked_at: float
    pushed_at: float
    received_at: float | None = None


class Ranking(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The list for one visitor.

    Attributes
    ----------
    ranking_id
        The id of the event that caused it, with the number of the catalog version: unique per list.
    causes
        Every event of this visitor since the list before, oldest first; the last is *the* cause.
    item
        What the list belongs to, where it is made for one item of the shop.
    """

    ranking_id: RankingId
    visitor: VisitorId
    ranked_at: float
    items: tuple[RankedItem, ...]
    causes: tuple[EventId, ...] = ()
    item: Item | None = None


class Card(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the page needs to draw one item. The page puts what is ``named`` into the ``phrase`` of its language."""

    item: ItemId
    title: str
    price: int
    currency: str
    picture: str
    phrase: Phrase | None = None
    named: str = ""


class InvalidRanking(ValueError):
    """The bytes in the store are not a list of this version."""


def card_of(product: Product, reason: Reason | None = None) -> Card:
    """Make the card of a product, with the reason it is recommended for."""
    return Card(
        item=product.item,
        title=product.title,
        price=product.price,
        currency=product.currency,
        picture=product.picture,
        phrase=current(reason.phrase) if reason else None,
        named=reason.named if reason else "",
    )


encode_ranking: Callable[[Ranking], bytes] = msgspec.json.encode
"""Write a visitor's list as JSON."""

decode_ranking = json_reader(msgspec.json.Decoder(Ranking), InvalidRanking)
"""Read a visitor's list from JSON. Raises `InvalidRanking`."""

encode_items: Callable[[tuple[RankedItem, ...]], bytes] = msgspec.json.encode
"""Write a list that is not one visitor's (trending, goes well with) as JSON."""

decode_items = json_reader(msgspec.json.Decoder(tuple[RankedItem, ...]), InvalidRanking)
"""Read a list that is not one visitor's from JSON. Raises `InvalidRanking`."""
