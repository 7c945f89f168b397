"""Why a visitor's list is as it is: the shares of each item's score, and the visitor's history behind it.

Kept beside the list and read by one page only, so it is written in short: arrays instead of objects, kinds as numbers.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from online_models.schema.events import ItemId, RankingId
from online_models.schema.json_reader import json_reader
from online_models.schema.phrases import ReasonKind
from online_models.schema.recommendations import InvalidRanking

KINDS: tuple[ReasonKind, ...] = (
    "often_next",
    "shoppers_like_you",
    "because_you_viewed",
    "matches_your_taste",
    "again",
    "popular",
    "trending",
    "top_rated",
    "new",
)
"""The kinds of reason, by the number under which they are written."""

Deed = Literal["viewed", "bought", "basket", "disliked"]
"""The last that is known of what a visitor did with an item."""


class ReasonShare(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """What one kind of reason adds to an item: a share in percent, and the visitor's item that it is attributed to."""

    kind: int
    share: int
    evidence: ItemId | None = None


class KnownInteraction(msgspec.Struct, frozen=True, array_like=True):
    """An item that the visitor's lists are made from, what they did with it last, and when, in Unix seconds."""

    item: ItemId
    deed: Deed
    at: int


class SlateExplanation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What lies behind a visitor's list.

    Attributes
    ----------
    ranking_id
        The list that it belongs to.
    parts
        By item, in order of the list, what the sources added to its score, the largest parts first.
    history
        What the visitor did lately, the newest first.
    dismissed
        What they do not want to see, the newest first.
    """

    ranking_id: RankingId
    parts: dict[ItemId, tuple[ReasonShare, ...]] = {}
    history: tuple[KnownInteraction, ...] = ()
    dismissed: tuple[ItemId, ...] = ()


encode_why: Callable[[SlateExplanation], bytes] = msgspec.json.encode
"""Write an explanation as JSON."""

decode_why = json_reader(msgspec.json.Decoder(SlateExplanation), InvalidRanking)
"""Read an explanation from JSON. Raises `InvalidRanking`."""
