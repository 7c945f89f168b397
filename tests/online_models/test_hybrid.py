"""The whole recommender: events in, lists out."""

import gc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from online_models.arrays.state import InvalidState
from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    ItemDismissed,
    ItemId,
    ItemPurchased,
    ItemRated,
    ItemViewed,
    PreferencesChanged,
    RankingId,
    RankingShown,
    VisitorId,
    from_mapping,
)
from online_models.schema.explanation import KINDS, decode_why, encode_why
from online_models.schema.feedback import Feedback
from online_models.schema.product import Product
from online_models.snapshot import decode
from online_models.update_result import UpdateResult
from tests.online_models.shops import (
    ANN,
    BOB,
    NEIGHBORS,
    NOW,
    PRODUCTS,
    THEN,
    WORDS,
    EventBuilder,
    a_shop,
    explained,
    ids,
    payload,
)


def test_a_fresh_shop_is_never_empty(an_event: EventBuilder) -> None:
    shop = a_shop()
    best_sellers = [f"red-{word}" for word in WORDS]
    assert ids(shop.popular(NOW, 10)) == best_sellers
    assert ids(shop.trending(NOW, 10)) == best_sellers
    assert ids(shop.rank(ANN, NOW, 10)) == best_sellers
    assert len(shop.popular(NOW, 24)) == 24
    assert {item.reason.kind for item in shop.popular(NOW, 24)} == {"popular", "new"}


def test_without_catalog_and_events_there_is_nothing() -> None:
    assert Hybrid().rank(ANN, NOW) == Hybrid().popular(NOW) == Hybrid().trending(NOW) == ()
    assert Hybrid().goes_well_with(ItemId("cup")) == ()


def test_a_view_changes_the_list_and_says_why(an_event: EventBuilder) -> None:
    shop = a_shop()
    before = shop.rank(ANN, NOW)
    change = shop.learn_one(an_event("ann", "red-mug", at=NOW))
    after = shop.rank(ANN, NOW + 1)
    assert change == UpdateResult(ANN, (ItemId("red-mug"),))
    assert ids(before) != ids(after)
    assert set(ids(after)[:2]) == {"blue-mug", "green-mug"}
    assert after[0].reason.text == "Because you viewed Red Mug"
    assert after[0].reason.evidence == "red-mug"
    assert "red-mug" not in ids(after)


def test_what_others_chose_with_it_comes_next(an_event: EventBuilder) -> None:
    shop = a_shop()
    for number in range(5):
        for second, item in enumerate(["red-teapot", "blue-plate"]):
            shop.learn_one(an_event(f"v{number}", item, at=NOW - 600 + 60 * number + second))
    shop.learn_one(an_event("ann", "red-teapot", at=NOW))
    best = shop.rank(ANN, NOW + 1)[0]
    assert (best.item, best.reason.kind, best.reason.evidence) == ("blue-plate", "often_next", "red-teapot")
    assert best.reason.text == "Often chosen after Red Teapot"
    pair = shop.goes_well_with(ItemId("red-teapot"))
    assert pair[0].item == "blue-plate"
    assert pair[0].reason.text == "Often chosen with Red Teapot"
    assert {"blue-teapot", "green-teapot"} <= set(ids(shop.similar(ItemId("red-teapot"))))


def test_goes_well_with_names_what_changed(an_event: EventBuilder) -> None:
    shop = a_shop()
    for second, item in enumerate(["red-mug", "red-plate", "red-bag"]):
        change = shop.learn_one(an_event("ann", item, at=NOW + second))
    assert change.items == ("red-bag", "red-plate", "red-mug")
    assert shop.learn_one(an_event("ann", "red-mug", at=NOW + 9, kind=ItemDismissed)) == UpdateResult(ANN)


def test_bought_dismissed_badly_rated_and_in_the_basket_are_left_out(an_event: EventBuilder) -> None:
    shop = a_shop()
    shop.learn_one(an_event("ann", "blue-mug", kind=ItemPurchased, at=NOW))
    shop.learn_one(an_event("ann", "green-mug", kind=ItemDismissed, at=NOW + 1))
    shop.learn_one(an_event("ann", "red-plate", kind=ItemRated, stars=1, at=NOW + 2))
    shop.learn_one(an_event("ann", "blue-plate", kind=CartItemAdded, at=NOW + 3))
    shop.learn_one(an_event("ann", "red-mug", at=NOW + 4))
    hidden = {"blue-mug", "green-mug", "red-plate", "blue-plate", "red-mug"}
    shown = ids(shop.rank(ANN, NOW + 5, len(PRODUCTS)))
    assert hidden.isdisjoint(shown)
    assert len(shown) == len(PRODUCTS) - len(hidden)


def test_what_is_not_for_sale_is_learned_but_not_shown(an_event: EventBuilder) -> None:
    shop = a_shop()
    for number in range(20):
        shop.learn_one(an_event(f"v{number}", "sold-out", at=NOW - 100 + number))
        shop.learn_one(an_event(f"v{number}", "red-mug", at=NOW - 99 + number))
    shop.learn_one(an_event("ann", "red-mug", at=NOW))
    lists = (shop.rank(ANN, NOW), shop.trending(NOW), shop.popular(NOW), shop.goes_well_with(ItemId("red-mug")))
    assert all("sold-out" not in ids(each) for each in lists)
    shop.use_catalog([*PRODUCTS, Product(item=ItemId("sold-out"), title="Back", price=1, category="x")], {})
    assert "sold-out" in ids(shop.goes_well_with(ItemId("red-mug")))


def test_fresh_traffic_trends_over_history_of_sixteen_years_ago(an_event: EventBuilder) -> None:
    shop = a_shop()
    for number in range(300):
        shop.learn_one(an_event(f"old{number}", "blue-clock", kind=ItemPurchased, at=THEN + number))
    assert shop.trending(NOW)[0].reason.kind == "popular"
    for number in range(3):
        shop.learn_one(an_event(f"new{number}", "green-tin", at=NOW + number))
    best = shop.trending(NOW + 5)[0]
    assert (best.item, best.reason.text) == ("green-tin", "Trending now")
    assert shop.popular(NOW + 5)[0].item == "blue-clock"
    assert len(shop.trending(NOW + 5)) == 24


def test_a_time_after_receipt_is_not_believed(an_event: EventBuilder) -> None:
    shop, honest = a_shop(), a_shop()
    shop.learn_one(an_event("ann", "red-mug", at=NOW + 900 * 365 * 86_400, received_at=NOW))
    honest.learn_one(an_event("ann", "red-mug", at=NOW, received_at=NOW))
    assert payload(shop) == payload(honest)


def test_declared_preferences_steer(an_event: EventBuilder) -> None:
    shop = a_shop()
    assert shop.learn_one(
        an_event("ann", at=NOW, kind=PreferencesChanged, categories=("cushion",), colours=("green",), max_price=175)
    ) == UpdateResult(ANN)
    best = shop.rank(ANN, NOW + 1)
    prices = {str(product.item): product.price for product in PRODUCTS}
    assert best[0].reason.kind == "matches_your_taste"
    assert {"red-cushion", "blue-cushion", "green-cushion"} <= set(ids(best)[:12])
    assert all(prices[item] <= 175 for item in ids(best)[:10])


def test_stars_are_told_for_what_is_for_sale(an_event: EventBuilder) -> None:
    shop = a_shop()
    for visitor, item in (("ann", "red-mug"), ("bob", "red-mug"), ("bob", "gone")):
        shop.learn_one(an_event(visitor, item, kind=ItemRated, stars=5, at=NOW))
    told = {"red-mug": (0, 0, 0, 0, 2)}
    assert (shop.take_rated(), shop.take_rated(), shop.take_rated(everything=True)) == (told, {}, told)
    shop.use_catalog(PRODUCTS, NEIGHBORS)
    assert shop.take_rated() == told
    assert [item.item for item in shop.top_rated(NOW)] == ["red-mug"]


def test_a_list_is_taken_apart_by_kind_of_reason(an_event: EventBuilder) -> None:
    shop = a_shop()
    assert shop.explain(ANN, RankingId("r"), NOW) is None
    for second, item in enumerate(["red-teapot", "blue-plate"] * 3):
        shop.learn_one(an_event(f"v{second // 2}", item, at=NOW - 60 + second))
    shop.learn_one(an_event("ann", "red-teapot", at=NOW))
    before = payload(shop)
    why = explained(shop, ANN)
    assert payload(shop) == before
    assert decode_why(encode_why(why)) == why
    parts = why.parts[ItemId("blue-plate")]
    assert KINDS[parts[0].kind] == "often_next"
    assert parts[0].evidence == "red-teapot"
    assert 50 < sum(part.share for part in parts) <= 101
    assert [(known.item, known.deed, known.at) for known in why.history] == [("red-teapot", "viewed", NOW)]
    assert len(encode_why(why)) < 4_000


def test_what_was_drawn_changes_nothing(an_event: EventBuilder) -> None:
    shop = a_shop()
    before = payload(shop)
    assert shop.learn_one(an_event("ann", kind=RankingShown, items=("red-mug",))) == UpdateResult()
    assert payload(shop) == before


def test_new_arrivals_are_what_nobody_touched_then_what_was_touched_last_for_the_first_time(
    an_event: EventBuilder,
) -> None:
    shop = a_shop()
    touched = [str(product.item) for product in PRODUCTS][3:]
    for second, item in enumerate(touched):
        shop.learn_one(an_event("ann", item, at=NOW + second))
    shop.learn_one(an_event("bob", touched[0], at=NOW + 99))
    untouched = sorted(str(product.item) for product in PRODUCTS[:3])
    assert ids(shop.new_arrivals(5)) == [*untouched, touched[-1], touched[-2]]
    assert len(a_shop().new_arrivals(24)) == 24


def test_rows_are_bounded(an_event: EventBuilder) -> None:
    small = Hybrid(HybridSettings(max_items=5, max_visitors=3))
    for number in range(40):
        small.learn_one(an_event(f"v{number}", f"i{number % 9}", at=NOW + number))
    assert small.items == 5
    assert small.visitors == 3
    assert small.learn_one(an_event("v1", "i8")) == UpdateResult()


def test_the_bytes_are_those_of_a_run_that_never_stopped(an_event: EventBuilder) -> None:
    stream = [
        an_event(f"v{number % 7}", PRODUCTS[number * 7 % 30].item, at=NOW + 40 * number, kind=kind)
        for number in range(120)
        for kind in (ItemViewed, ItemPurchased)
    ]
    straight, stopped, resumed = a_shop(), a_shop(), a_shop()
    for event in stream:
        straight.learn_one(event)
    for event in stream[:101]:
        stopped.learn_one(event)
    resumed.load(decode(payload(stopped))[1])
    for event in stream[101:]:
        resumed.learn_one(event)
    at = stream[-1].occurred_at
    assert payload(resumed) == payload(straight)
    assert resumed.rank(VisitorId("v3"), at) == straight.rank(VisitorId("v3"), at)
    assert resumed.goes_well_with(PRODUCTS[0].item) == straight.goes_well_with(PRODUCTS[0].item)


def test_a_state_that_does_not_fit_leaves_an_empty_model(an_event: EventBuilder) -> None:
    shop, other = a_shop(), a_shop(factors=3)
    shop.learn_one(an_event("ann", "red-mug"))
    for state in ({}, {**shop.dump(), "version": 99}, other.dump(), {**shop.dump(), "visitors": "gone"}):
        broken = a_shop()
        broken.learn_one(an_event("bob", "red-tin"))
        with pytest.raises(InvalidState):
            broken.load(state)
        assert broken.visitors == 0
        assert ids(broken.popular(NOW, 3)) == ["red-mug", "red-plate", "red-bunting"]


visitors = st.sampled_from(["ann", "bob", "cid"])
items = st.sampled_from([str(product.item) for product in PRODUCTS[:9]] + ["unknown"])
kinds = st.sampled_from([ItemViewed, ItemPurchased, CartItemAdded, ItemDismissed, ItemRated])


@settings(max_examples=30)
@given(
    st.lists(st.tuples(visitors, items, kinds, st.floats(0, 4_000), st.integers(1, 5)), max_size=25), st.integers(1, 40)
)
def test_lists_have_no_repeats_and_nothing_unwanted(
    moves: list[tuple[str, str, type[AnyEvent], float, int]], n: int
) -> None:
    shop = a_shop(max_visitors=3)
    at, dismissed, last = NOW, set(), None
    for number, (visitor, item, kind, passed, stars) in enumerate(moves):
        at += passed
        tag = kind.__struct_config__.tag
        told = {"kind": tag, "event_id": f"e{number}", "visitor": visitor, "occurred_at": at, "item": item}
        shop.learn_one(from_mapping({**told, "stars": stars}))
        if kind is ItemDismissed and visitor == "ann":
            dismissed.add(item)
        last = (visitor, item)
    before = payload(shop)
    for visitor in ("ann", "bob", "stranger"):
        ranked = shop.rank(VisitorId(visitor), at, n)
        assert len(set(ids(ranked))) == len(ranked) <= n
        assert "unknown" not in ids(ranked)
        assert [item.score for item in ranked] == sorted((item.score for item in ranked), reverse=True)
        assert all(np.isfinite(item.score) and item.reason.text for item in ranked)
        if last and last[0] == visitor:
            assert last[1] not in ids(ranked)
            assert dismissed.isdisjoint(ids(ranked)) or visitor != "ann"
    assert payload(shop) == before


def test_only_items_that_anybody_came_to_count_as_touched(an_event: EventBuilder) -> None:
    shop = a_shop()
    shop.learn_one(an_event("ann", "red-mug", at=NOW))
    assert list(shop.touched_items()) == ["red-mug"]


def test_what_a_recommender_holds_is_freed_with_it(an_event: EventBuilder) -> None:
    shop = a_shop()
    shop.learn_one(an_event("ann", "red-mug"))
    assert shop.rank(ANN, NOW)
    state = weakref.ref(shop._state)
    gc.disable()
    try:
        del shop
        assert state() is None
    finally:
        gc.enable()


def test_many_signals_are_learned_as_one_after_the_other() -> None:
    signals = [Feedback(VisitorId(f"v{at % 3}"), ItemId(f"red-{WORDS[at % 7]}"), "view", 1.0, at) for at in range(50)]
    one, many = a_shop(), a_shop()
    for signal in signals:
        one.learn(signal)
    many.learn_many(iter(signals))
    assert payload(one) == payload(many)


def test_recommending_changes_nothing_and_leaves_out_what_the_visitor_had(an_event: EventBuilder) -> None:
    shop = a_shop()
    shop.learn_one(an_event("ann", "red-mug", at=NOW))
    shop.learn_one(an_event("ann", "red-plate", at=NOW + 1))
    before = payload(shop)
    new = shop.recommend(ANN, NOW + 2, n=5)
    everything = dict(shop.recommend(ANN, NOW + 2, n=len(PRODUCTS), filter_already_liked_items=False))
    assert payload(shop) == before
    assert {item for item, _ in new} == {"blue-mug", "green-mug", "blue-plate", "green-plate"}
    assert shop.recommend(ANN, NOW + 2, n=2) == new[:2]
    assert {"red-mug", "red-plate"} <= everything.keys()
    assert shop.recommend(BOB, NOW, n=3), "a stranger gets what suits everybody"


def test_one_member_recommends_alone(an_event: EventBuilder) -> None:
    shop = a_shop()
    shop.learn_one(an_event("ann", "red-mug", at=NOW))
    content = shop.recommend(ANN, NOW + 1, member="content")
    assert {item for item, _ in content} == {"blue-mug", "green-mug"}
    assert shop.recommend(ANN, NOW + 1, n=1, member="content") == content[:1]
    with pytest.raises(ValueError, match="sideways is none of the members"):
        shop.recommend(ANN, NOW, member="sideways")


def test_a_new_item_is_like_what_the_visitor_viewed_and_stands_in_their_list(an_event: EventBuilder) -> None:
    shop, like = a_shop(), ItemId("red-mug")
    shop.learn_one(an_event("ann", "red-mug", at=NOW))
    vase = Product(item=ItemId("vase"), title="Red Vase", price=300, category="vases")
    near = {vase.item: [(like, 0.9)], like: [(vase.item, 0.9), *NEIGHBORS[like]]}
    shop.change_catalog([vase], [], near)
    assert ids(shop.similar(vase.item))[0] == "red-mug"
    assert ids(shop.similar(like))[0] == "vase"
    assert "vase" in ids(shop.rank(ANN, NOW + 1))
    assert dict(shop.recommend(ANN, NOW + 1, member="content"))[vase.item] > 0


def test_a_changed_shop_is_the_same_after_a_restart(an_event: EventBuilder) -> None:
    shop = a_shop()
    vase = Product(item=ItemId("vase"), title="Red Vase", price=300, category="vases")
    shop.number(vase.item)
    shop.change_catalog([vase], [ItemId("red-mug")], {vase.item: [(ItemId("red-tin"), 0.9)]})
    shop.learn_one(an_event("ann", "vase", at=NOW))
    state, before = shop.dump(), ids(shop.rank(ANN, NOW + 1))
    shop.load(state)
    assert ids(shop.rank(ANN, NOW + 1)) == before
    again = Hybrid()
    products = [*(product for product in PRODUCTS if product.item != "red-mug"), vase]
    again.use_catalog(products, NEIGHBORS, later={vase.item}, gone={ItemId("red-mug")})
    again.number(vase.item)
    again.complete_catalog()
    again.learn_one(an_event("ann", "vase", at=NOW))
    assert payload(again) == payload(shop)
