"""What an event says about taste: the graded signal that models learn from.

An event is what happened; feedback is how much it means. Weights are the field's usual order
(view < basket < purchase) and the same for every model, so that one visitor's influence has one bound.
A wish lies halfway between a view and a basket: it is a choice that was made, for some other day. Whoever asks for more
like an item says as much.
"""

from collections.abc import Mapping
from typing import Literal, cast, get_args

import msgspec

from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    CartItemRemoved,
    Event,
    ItemDismissed,
    ItemEvent,
    ItemId,
    ItemLiked,
    ItemPurchased,
    ItemRated,
    ItemRefunded,
    ItemUnwished,
    ItemViewed,
    ItemWished,
    ListItemClicked,
    VisitorId,
)

FeedbackKind = Literal["view", "cart", "purchase", "rating", "uncart", "dismissal", "wish", "unwish", "refund"]
FEEDBACK_KINDS: tuple[FeedbackKind, ...] = get_args(FeedbackKind)

REWARDS: dict[FeedbackKind, float] = {
    "view": 1.0,
    "cart": 3.0,
    "purchase": 5.0,
    "uncart": -1.0,
    "dismissal": -3.0,
    "wish": 2.0,
    "unwish": -1.0,
    "refund": -1.0,
}
AGAINST: frozenset[FeedbackKind] = frozenset({"uncart", "dismissal", "unwish", "refund"})
"""What takes a choice back or turns an item down; all other kinds are choices."""

SIGNALS: dict[type[Event], tuple[FeedbackKind, float]] = {
    ItemViewed: ("view", REWARDS["view"]),
    CartItemAdded: ("cart", REWARDS["cart"]),
    ItemPurchased: ("purchase", REWARDS["purchase"]),
    CartItemRemoved: ("uncart", REWARDS["uncart"]),
    ItemDismissed: ("dismissal", REWARDS["dismissal"]),
    ItemWished: ("wish", REWARDS["wish"]),
    ItemUnwished: ("unwish", REWARDS["unwish"]),
    ItemLiked: ("wish", REWARDS["wish"]),
    ItemRefunded: ("refund", REWARDS["refund"]),
    ListItemClicked: ("view", REWARDS["view"]),
}
"""What events say about their item, and its reward. A rating's reward depends on the stars."""

_STARS_TO_REWARD = (-3.0, -1.0, 1.0, 3.0, 5.0)
_LEAST_TRAFFIC = REWARDS["view"]


class Feedback(msgspec.Struct, frozen=True, gc=False):
    """One visitor's signal about one item.

    Attributes
    ----------
    reward
        How much the visitor likes the item: negative for dislike, 1 for a view, 5 for a purchase.
    rating
        Stars, 1 to 5, where the visitor gave some.
    at
        Unix seconds.
    session
        The shop's own name of the visitor's session, where it has one; else sessions end by absence.
    network
        A digest of the visitor's network, twelve hexadecimal digits, where it is known (`Event.network`).
    """

    visitor: VisitorId
    item: ItemId
    kind: FeedbackKind
    reward: float
    at: float
    rating: float | None = None
    session: str | None = None
    network: str | None = None

    @property
    def chosen(self) -> bool:
        """Whether the visitor turned to the item, however they liked it: views, baskets, purchases and all ratings.

        What is chosen together belongs together; whether it is liked is told by `reward`.
        """
        return self.kind not in AGAINST

    @property
    def traffic(self) -> float:
        """How much a choice counts as traffic: its reward, and at least as much as a view."""
        return self.reward if self.reward > _LEAST_TRAFFIC else _LEAST_TRAFFIC


def feedback_of(
    event: AnyEvent, signals: Mapping[type[Event], tuple[FeedbackKind, float]] = SIGNALS
) -> Feedback | None:
    """Return what an event says about an item, or None if it says nothing about one.

    Examples
    --------
    >>> from online_models.schema.events import EventId, ItemId, ItemRated, VisitorId
    >>> event = ItemRated(
    ...     event_id=EventId("e"), visitor=VisitorId("v"), occurred_at=1.0, item=ItemId("mug"), stars=4
    ... )
    >>> feedback_of(event).reward
    3.0
    """
    if isinstance(event, ItemRated):
        reward = _STARS_TO_REWARD[event.stars - 1]
        at, stars = event.occurred_at, float(event.stars)
        return Feedback(event.visitor, event.item, "rating", reward, at, stars, network=event.network)
    if (signal := signals.get(type(event))) is None:
        return None
    item = cast(ItemEvent, event).item
    return Feedback(event.visitor, item, *signal, event.occurred_at, network=event.network)
