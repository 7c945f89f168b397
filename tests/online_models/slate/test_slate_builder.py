"""Lists for people: reasons, order, what fills them up, and what never appears."""

import pytest

from online_models.hybrid import Hybrid
from online_models.schema.events import CartItemAdded, ItemDismissed, ItemId, ItemPurchased, ItemRated, VisitorId
from online_models.schema.product import Product
from tests.online_models.shops import ANN, NEIGHBORS, NOW, PRODUCTS, WORDS, EventBuilder, a_shop, ids

MUG, PLATE = ItemId("red-mug"), ItemId("red-plate")


def learn(shop: Hybrid, an_event: EventBuilder, *moves: tuple[str, str], **fields: object) -> None:
    for second, (visitor, item) in enumerate(moves):
        shop.learn_one(an_event(visitor, item, at=NOW - 500 + second, **fields))


def test_a_personal_list_is_filled_up_to_its_length_without_repeats(an_event: EventBuilder) -> None:
    shop = a_shop()
    learn(shop, an_event, ("ann", "red-mug"))
    for n in (1, 5, 24, len(PRODUCTS)):
        shown = ids(shop.rank(ANN, NOW, n))
        assert "red-mug" not in shown
        assert len(shown) == len(set(shown)) == min(n, len(PRODUCTS) - 1)


def test_scores_never_rise_along_a_filled_list(an_event: EventBuilder) -> None:
    shop = a_shop()
    learn(shop, an_event, ("bob", "blue-tin"), ("bob", "blue-bag"), ("ann", "blue-tin"))
    for ranked in (shop.rank(ANN, NOW, 29), shop.goes_well_with(ItemId("blue-tin"), 20), shop.popular(NOW, 30)):
        scores = [item.score for item in ranked]
        assert scores == sorted(scores, reverse=True)


def test_what_fills_a_list_up_is_nothing_that_the_visitor_must_not_see(an_event: EventBuilder) -> None:
    shop = a_shop()
    for second, (item, kind) in enumerate(
        [("red-mug", ItemPurchased), ("red-plate", CartItemAdded), ("red-bag", ItemDismissed)]
    ):
        shop.learn_one(an_event("ann", item, at=NOW + second, kind=kind))
    shown = ids(shop.rank(ANN, NOW + 5, len(PRODUCTS)))
    assert {"red-mug", "red-plate", "red-bag"}.isdisjoint(shown)


def test_popular_items_come_by_traffic_then_by_units_sold_then_by_id(an_event: EventBuilder) -> None:
    shop = a_shop()
    learn(shop, an_event, ("v1", "green-tin"), ("v2", "green-tin"), ("v1", "blue-tin"))
    shown = shop.popular(NOW, 5)
    assert ids(shown) == ["green-tin", "blue-tin", "red-mug", "red-plate", "red-bunting"]
    assert [item.member for item in shown] == ["popularity"] * 2 + ["catalogue"] * 3
    assert shown[2].reason.text == "Popular with shoppers"
    assert shop.popular(NOW, 30)[-1].reason.text == "Something different"


def test_equally_popular_items_come_by_id(an_event: EventBuilder) -> None:
    shop = a_shop()
    for number, item in enumerate(["red-tin", "blue-tin", "green-tin"]):
        shop.learn_one(an_event(f"v{number}", item, at=NOW))
    assert ids(shop.popular(NOW, 3)) == ["blue-tin", "green-tin", "red-tin"]


def test_what_goes_well_names_the_item_and_says_why(an_event: EventBuilder) -> None:
    shop = a_shop()
    learn(shop, an_event, ("v1", "red-mug"), ("v1", "red-plate"), ("v2", "red-mug"), ("v2", "red-plate"))
    pair = shop.goes_well_with(MUG, 6)
    assert pair[0].item == "red-plate"
    assert (pair[0].member, pair[0].reason.text) == ("transitions", "Often chosen with Red Mug")
    assert ids(pair) == ["red-plate"]
    assert shop.goes_well_with(ItemId("blue-mug"), 6) == ()


def test_for_a_visitor_what_suits_them_comes_first(an_event: EventBuilder) -> None:
    shop = a_shop()
    learn(shop, an_event, ("v1", "red-mug"), ("v1", "red-bag"), ("v1", "red-mug"), ("v2", "red-mug"), ("v2", "red-tin"))
    learn(shop, an_event, ("ann", "blue-tin"), ("ann", "green-tin"))
    for_all = ids(shop.goes_well_with(MUG, 4))
    shop.rank(ANN, NOW)
    assert sorted(ids(shop.goes_well_with(MUG, 4, visitor=VisitorId("stranger")))) == sorted(for_all)
    own = ids(shop.goes_well_with(MUG, 4, visitor=ANN))
    assert own.index("red-tin") <= for_all.index("red-tin")


def test_similar_items_are_not_filled_up(an_event: EventBuilder) -> None:
    shop = a_shop()
    similar = shop.similar(MUG)
    assert ids(similar) == ["blue-mug", "green-mug"]
    assert {item.reason.text for item in similar} == {"Similar to Red Mug"}
    learn(shop, an_event, ("v1", "red-mug"), ("v1", "red-tin"))
    assert ids(shop.similar(MUG)) == ["blue-mug", "green-mug", "red-tin"]
    assert shop.similar(ItemId("unknown")) == ()


def test_what_goes_with_a_basket_names_the_line_it_goes_with(an_event: EventBuilder) -> None:
    shop = a_shop()
    learn(shop, an_event, ("v1", "red-mug"), ("v1", "blue-tin"), ("v2", "red-plate"), ("v2", "blue-bag"))
    for second, item in enumerate(["red-mug", "red-plate"]):
        shop.learn_one(an_event("ann", item, at=NOW + second, kind=CartItemAdded))
    together = {str(item.item): item.reason.text for item in shop.bought_together(ANN, NOW + 5)}
    assert together["blue-tin"] == "Often chosen with Red Mug"
    assert together["blue-bag"] == "Often chosen with Red Plate"
    assert {"red-mug", "red-plate"}.isdisjoint(together)


def test_what_was_dismissed_does_not_go_with_a_basket(an_event: EventBuilder) -> None:
    shop = a_shop()
    learn(shop, an_event, ("v1", "red-mug"), ("v1", "blue-tin"))
    shop.learn_one(an_event("ann", "blue-tin", at=NOW, kind=ItemDismissed))
    shop.learn_one(an_event("ann", "red-mug", at=NOW + 1, kind=CartItemAdded))
    assert "blue-tin" not in ids(shop.bought_together(ANN, NOW + 5))
    assert shop.bought_together(VisitorId("stranger"), NOW) == ()


def test_top_rated_items_need_ratings_and_must_be_for_sale(an_event: EventBuilder) -> None:
    shop = a_shop()
    assert shop.top_rated(NOW) == ()
    for number in range(3):
        for item, stars in (("red-mug", 5), ("red-plate", 3), ("sold-out", 5)):
            shop.learn_one(an_event(f"v{number}", item, at=NOW, kind=ItemRated, stars=stars))
    rated = shop.top_rated(NOW)
    assert rated[0].item == "red-mug"
    assert "sold-out" not in ids(rated)
    assert rated[0].reason.text == "Top rated"


def test_new_arrivals_are_scored_by_position_and_say_that_they_are_new() -> None:
    new = a_shop().new_arrivals(4)
    assert [item.score for item in new] == [0, -1, -2, -3]
    assert {item.reason.text for item in new} == {"New product"}
    assert {item.member for item in new} == {"new"}


def test_a_new_title_is_in_the_reasons_at_once(an_event: EventBuilder) -> None:
    shop = a_shop()
    learn(shop, an_event, ("ann", "red-mug"))
    assert "Red Mug" in {item.reason.named for item in shop.rank(ANN, NOW)}
    renamed = [Product(item=p.item, title=f"New {p.title}", price=1, category=p.category) for p in PRODUCTS]
    shop.use_catalog(renamed, NEIGHBORS)
    named = {item.reason.named for item in shop.rank(ANN, NOW)}
    assert "New Red Mug" in named
    assert "Red Mug" not in named


@pytest.mark.parametrize("n", [0, 1, 7, 30, 99])
def test_lists_are_never_longer_than_asked_for_nor_than_the_shop(n: int, an_event: EventBuilder) -> None:
    shop = a_shop()
    learn(shop, an_event, *((f"v{number}", f"red-{word}") for number, word in enumerate(WORDS)))
    for ranked in (shop.popular(NOW, n), shop.trending(NOW, n), shop.new_arrivals(n), shop.goes_well_with(MUG, n)):
        assert len(ranked) == len(set(ids(ranked))) <= min(n, len(PRODUCTS))
