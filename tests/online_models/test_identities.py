"""Who is who: what sign-in joins, and what is forgotten on wish."""

from online_models.schema.events import (
    CartItemAdded,
    ItemDismissed,
    ItemForgotten,
    ItemId,
    ItemRated,
    ItemViewed,
    PreferencesChanged,
    TasteReset,
    VisitorForgotten,
    VisitorId,
    VisitorIdentified,
)
from online_models.snapshot import decode
from online_models.update_result import UpdateResult
from tests.online_models.shops import ANN, BOB, NOW, WORDS, EventBuilder, a_shop, explained, ids, payload


def test_a_visitor_who_signs_in_brings_along_what_they_did(an_event: EventBuilder) -> None:
    for known_before in (False, True):
        shop = a_shop()
        if known_before:
            shop.learn_one(an_event("ann", "red-clock", at=NOW - 99_999))
        shop.learn_one(an_event("anonymous", "red-mug", at=NOW))
        change = shop.learn_one(an_event("anonymous", kind=VisitorIdentified, account=ANN, at=NOW + 1))
        assert change == UpdateResult(ANN)
        assert shop.visitors == 1
        assert "Because you viewed Red Mug" in {item.reason.text for item in shop.rank(ANN, NOW + 2, 2)}


def test_a_forgotten_visitor_is_a_stranger(an_event: EventBuilder) -> None:
    shop = a_shop()
    shop.learn_one(an_event("ann", "red-mug", at=NOW))
    shop.learn_one(an_event("ann", "red-tin", kind=ItemDismissed, at=NOW))
    shop.learn_one(an_event("ann", kind=PreferencesChanged, categories=("bag",), at=NOW))
    assert shop.learn_one(an_event("ann", kind=VisitorForgotten, at=NOW)) == UpdateResult()
    assert shop.visitors == 0
    assert b"ann" not in payload(shop)
    assert shop.rank(ANN, NOW) == shop.rank(BOB, NOW)
    assert shop.learn_one(an_event("ann", kind=VisitorForgotten, at=NOW)) == UpdateResult()


def test_the_stars_that_are_expected_go_with_the_visitor_and_are_forgotten_with_them(an_event: EventBuilder) -> None:
    shop, mug = a_shop(), ItemId("red-mug")
    shop.learn_one(an_event("ann", "red-tin", kind=ItemRated, stars=3, at=NOW))
    for at, word in enumerate(WORDS):
        shop.learn_one(an_event("tab", f"red-{word}", kind=ItemRated, stars=1, at=NOW + at))
        shop.learn_one(an_event("bob", f"red-{word}", kind=ItemRated, stars=5, at=NOW + at))
    before = shop.expected_rating(ANN, mug) or 0.0
    shop.learn_one(an_event("tab", kind=VisitorIdentified, account=ANN, at=NOW + 60))
    strict, generous = (shop.expected_rating(who, mug) or 0.0 for who in (ANN, BOB))
    assert 1 <= strict < before < generous
    shop.learn_one(an_event("ann", kind=VisitorForgotten, at=NOW + 61))
    assert shop.expected_rating(ANN, mug) == shop.expected_rating(VisitorId("stranger"), mug)


def test_events_of_before_the_sign_in_that_come_late_are_the_account_s(an_event: EventBuilder) -> None:
    late, in_order = a_shop(), a_shop()
    sign_in = an_event("tab", kind=VisitorIdentified, account=ANN, at=NOW + 60)
    views = [an_event("tab", f"red-{word}", at=NOW + place) for place, word in enumerate(WORDS[:4])]
    for event in (*views[:2], sign_in, *views[2:]):
        change = late.learn_one(event)
    for event in (*views, sign_in):
        in_order.learn_one(event)
    assert change.visitor == ANN
    assert late.visitors == 1
    assert ids(late.rank(ANN, NOW + 61)) == ids(in_order.rank(ANN, NOW + 61))


def test_whoever_uses_the_browser_after_the_account_is_somebody_else(an_event: EventBuilder) -> None:
    shop = a_shop()
    shop.learn_one(an_event("tab", "red-mug", at=NOW))
    shop.learn_one(an_event("tab", kind=VisitorIdentified, account=ANN, at=NOW + 1))
    assert shop.learn_one(an_event("tab", "red-bag", at=NOW + 2)).visitor == "tab"
    assert shop.visitors == 2
    assert "red-bag" not in {item.reason.evidence for item in shop.rank(ANN, NOW + 3)}


def test_the_account_s_own_events_may_come_before_the_sign_in(an_event: EventBuilder) -> None:
    shop = a_shop()
    shop.learn_one(an_event("tab", "red-mug", at=NOW))
    shop.learn_one(an_event("ann", "red-bag", at=NOW + 2))
    shop.learn_one(an_event("tab", kind=VisitorIdentified, account=ANN, at=NOW + 1))
    assert {"red-mug", "red-bag"} <= {item.reason.evidence for item in shop.rank(ANN, NOW + 3)}


def test_everything_that_models_keep_of_two_visitors_becomes_one_s(an_event: EventBuilder) -> None:
    shop = a_shop()
    for place, word in enumerate(WORDS):
        shop.learn_one(an_event("tab" if place % 2 else "ann", f"red-{word}", at=NOW + place))
        shop.learn_one(an_event("bob", f"blue-{word}", at=NOW + place))
    shop.learn_one(an_event("tab", "red-tin", kind=ItemRated, stars=5, at=NOW + 20))
    shop.learn_one(an_event("ann", "red-tin", kind=ItemRated, stars=2, at=NOW + 30))
    shop.learn_one(an_event("tab", kind=VisitorIdentified, account=ANN, at=NOW + 40))
    assert shop.take_rated() == {"red-tin": (0, 1, 0, 0, 0)}
    why = explained(shop, ANN)
    assert [known.item for known in why.history] == [
        "red-tin",
        *(f"red-{word}" for word in reversed(WORDS) if word != "tin"),
    ]
    restored = a_shop()
    restored.load(decode(payload(shop))[1])
    assert payload(restored) == payload(shop)
    assert b"tab" not in payload(shop)


def test_one_item_is_forgotten(an_event: EventBuilder) -> None:
    shop, never = a_shop(), a_shop()
    for item in ("red-mug", "red-bag"):
        shop.learn_one(an_event("ann", item, at=NOW))
    shop.learn_one(an_event("ann", "red-tin", kind=ItemDismissed, at=NOW))
    for item in ("red-mug", "red-tin", "unheard-of"):
        assert shop.learn_one(an_event("ann", item, kind=ItemForgotten, at=NOW + 1)) == UpdateResult(ANN)
    never.learn_one(an_event("ann", "red-bag", at=NOW))
    assert "red-mug" not in {item.reason.evidence for item in shop.rank(ANN, NOW + 2)}
    assert [known.item for known in explained(shop, ANN).history] == ["red-bag"]
    assert explained(shop, ANN).dismissed == ()


def test_the_undo_of_a_dismissal_leaves_what_was_done_before(an_event: EventBuilder) -> None:
    shop = a_shop()
    for item in ("red-mug", "red-bag"):
        shop.learn_one(an_event("ann", item, at=NOW))
    shop.learn_one(an_event("ann", "red-mug", kind=ItemDismissed, at=NOW + 1))
    undo = an_event("ann", "red-mug", kind=ItemForgotten, at=NOW + 2, surface="for_you")
    assert shop.learn_one(undo) == UpdateResult(ANN)
    why = explained(shop, ANN)
    assert {known.item for known in why.history} == {"red-mug", "red-bag"}
    assert why.dismissed == ()
    assert shop.learn_one(undo) == UpdateResult(ANN), "nothing is dismissed, so nothing is taken back"
    assert {known.item for known in explained(shop, ANN).history} == {"red-mug", "red-bag"}


def test_a_taste_reset_keeps_declarations_basket_and_stars(an_event: EventBuilder) -> None:
    shop = a_shop()
    for kind, item in ((ItemViewed, "red-mug"), (ItemDismissed, "red-tin"), (CartItemAdded, "red-bag")):
        shop.learn_one(an_event("ann", item, kind=kind, at=NOW))
    shop.learn_one(an_event("ann", "red-clock", kind=ItemRated, stars=4, at=NOW))
    shop.learn_one(an_event("ann", kind=PreferencesChanged, categories=("doormat",), at=NOW))
    assert shop.learn_one(an_event("ann", kind=TasteReset, at=NOW + 1)) == UpdateResult(ANN)
    why = explained(shop, ANN)
    assert [(known.item, known.deed) for known in why.history] == [("red-bag", "basket")]
    assert why.dismissed == ()
    assert shop.take_rated() == {"red-clock": (0, 0, 0, 1, 0)}
    assert {"red-doormat", "blue-doormat", "green-doormat"} <= set(ids(shop.rank(ANN, NOW + 2, 12)))
    assert shop.bought_together(ANN, NOW + 2)
    shop.learn_one(an_event("ann", "red-clock", kind=ItemRated, stars=1, at=NOW + 3))
    assert shop.take_rated() == {"red-clock": (1, 0, 0, 0, 0)}


def test_who_is_erased_takes_their_stars_along_and_comes_not_back_with_late_events(an_event: EventBuilder) -> None:
    shop = a_shop()
    late = an_event("ann", "red-mug", at=NOW + 1)
    shop.learn_one(an_event("ann", "red-clock", kind=ItemRated, stars=4, at=NOW))
    shop.learn_one(an_event("ann", kind=VisitorForgotten, at=NOW + 2))
    assert shop.learn_one(late) == UpdateResult()
    assert shop.take_rated() == {"red-clock": (0,) * 5}
    assert shop.top_rated(NOW + 3) == ()
    assert shop.visitors == 0
    assert b"ann" not in payload(shop)
    shop.learn_one(an_event("ann", "red-mug", at=NOW + 4))
    assert shop.visitors == 1
