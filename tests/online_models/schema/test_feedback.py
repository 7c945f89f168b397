"""What each kind of event says of an item."""

import pytest

from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    CartItemRemoved,
    Event,
    ItemDismissed,
    ItemId,
    ItemLiked,
    ItemPurchased,
    ItemRated,
    ItemRefunded,
    ItemUnwished,
    ItemViewed,
    ItemWished,
    ListItemClicked,
    PreferencesChanged,
    RankingShown,
    ReasonsRequested,
    TasteReset,
    VisitorForgotten,
    VisitorId,
)
from online_models.schema.feedback import FEEDBACK_KINDS, REWARDS, Feedback, FeedbackKind, feedback_of
from tests.online_models.shops import EventBuilder


@pytest.mark.parametrize(
    ("event", "kind", "reward"),
    [
        (ItemViewed, "view", 1.0),
        (CartItemAdded, "cart", 3.0),
        (ItemPurchased, "purchase", 5.0),
        (CartItemRemoved, "uncart", -1.0),
        (ItemDismissed, "dismissal", -3.0),
        (ItemWished, "wish", 2.0),
        (ItemUnwished, "unwish", -1.0),
        (ItemLiked, "wish", 2.0),
        (ItemRefunded, "refund", -1.0),
        (ListItemClicked, "view", 1.0),
    ],
)
def test_each_event_about_an_item_has_its_reward(
    an_event: EventBuilder, event: type[AnyEvent], kind: FeedbackKind, reward: float
) -> None:
    assert feedback_of(an_event("ann", "mug", at=7.0, kind=event)) == Feedback(
        VisitorId("ann"), ItemId("mug"), kind, reward, 7.0
    )


@pytest.mark.parametrize(("stars", "reward"), [(1, -3.0), (2, -1.0), (3, 1.0), (4, 3.0), (5, 5.0)])
def test_stars_speak_for_an_item_from_three_on(an_event: EventBuilder, stars: int, reward: float) -> None:
    feedback = feedback_of(an_event("ann", "mug", kind=ItemRated, stars=stars))
    assert feedback is not None
    assert (feedback.kind, feedback.rating, feedback.reward) == ("rating", stars, reward)


@pytest.mark.parametrize("event", [PreferencesChanged, TasteReset, ReasonsRequested, VisitorForgotten])
def test_other_events_say_nothing_of_an_item(an_event: EventBuilder, event: type[Event]) -> None:
    assert feedback_of(an_event("ann", kind=event)) is None
    assert feedback_of(an_event("ann", kind=RankingShown, items=("mug",))) is None


def test_visitors_choose_an_item_by_all_but_taking_it_back_or_dismissing_it() -> None:
    chosen = {
        kind
        for kind in FEEDBACK_KINDS
        if Feedback(VisitorId("v"), ItemId("i"), kind, REWARDS.get(kind, 1.0), 0.0).chosen
    }
    assert chosen == {"view", "cart", "purchase", "rating", "wish"}


def test_a_wish_is_worth_more_than_a_view_and_less_than_a_basket() -> None:
    assert REWARDS["view"] < REWARDS["wish"] < REWARDS["cart"]


def test_a_bad_rating_counts_as_traffic_like_a_view() -> None:
    assert Feedback(VisitorId("v"), ItemId("i"), "rating", -3.0, 0.0).traffic == REWARDS["view"]
    assert Feedback(VisitorId("v"), ItemId("i"), "purchase", 5.0, 0.0).traffic == 5.0
