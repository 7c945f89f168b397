"""Lists made for a request: what they are made from, what they leave out, and how long they are."""

from typing import Any

import msgspec
import pytest

from online_models.hybrid import Hybrid
from online_models.schema.events import (
    CartItemAdded,
    ItemDismissed,
    ItemId,
    ItemPurchased,
    PreferencesChanged,
    RankingId,
    VisitorId,
)
from online_models.schema.requested_list import ListFilter, ListRequest, MadeItem
from tests.online_models.networks import a_network
from tests.online_models.shops import ANN, BOB, NEIGHBORS, NOW, PRODUCTS, WORDS, EventBuilder, a_shop, payload

LATER = NOW + 3_600
ALL = {product.item: product for product in PRODUCTS}


def a_request(*session: str, item: str = "", basket: tuple[str, ...] = (), **fields: Any) -> ListRequest:
    return ListRequest(
        ranking_id=RankingId("r1"),
        session=tuple(map(ItemId, session)),
        item=ItemId(item) if item else None,
        basket=tuple(map(ItemId, basket)),
        **fields,
    )


def items(made: tuple[MadeItem, ...]) -> list[str]:
    return [str(one.item) for one in made]


@pytest.fixture
def shop(an_event: EventBuilder) -> Hybrid:
    """A shop in which mugs and teapots of all colours are viewed together, and bags with clocks."""
    shop = a_shop()
    for number in range(12):
        colour = ("red", "blue", "green")[number % 3]
        for place, word in enumerate(("mug", "teapot") if number % 2 else ("bag", "clock")):
            shop.learn_one(an_event(f"v{number}", f"{colour}-{word}", at=NOW + 60 * number + place))
    return shop


def test_an_anonymous_session_gets_what_belongs_to_its_items(shop: Hybrid) -> None:
    mugs, bags = (shop.rank_request(a_request(first), LATER) for first in ("red-mug", "red-bag"))
    assert items(mugs) != items(bags)
    assert "teapot" in items(mugs)[0] or "mug" in items(mugs)[0]
    assert "clock" in items(bags)[0] or "bag" in items(bags)[0]
    assert any(one.reason.named == "Red Mug" for one in mugs[:3])


def test_the_list_is_the_one_that_the_same_visit_would_have_got(shop: Hybrid, an_event: EventBuilder) -> None:
    asked = items(shop.rank_request(a_request("red-mug", "blue-teapot", count=10), NOW + 1_000))
    for place, item in enumerate(("red-mug", "blue-teapot")):
        shop.learn_one(an_event("ann", item, at=NOW + 998 + place))
    had = [str(one.item) for one in shop.rank(ANN, NOW + 1_000, 10)]
    assert len(set(asked[:8]) & set(had)) >= 6


def test_a_visitor_who_says_nothing_else_gets_their_own_list(shop: Hybrid, an_event: EventBuilder) -> None:
    shop.learn_one(an_event("ann", "red-mug", at=NOW + 999))
    asked = shop.rank_request(a_request(visitor=ANN, count=12), NOW + 1_000)
    # One position in twelve is for what nobody has touched yet, in turns.
    had = shop.rank(ANN, NOW + 1_000, 12)
    assert items(asked)[:11] == [str(one.item) for one in had][:11]
    assert [one.reason for one in asked][:11] == [one.reason for one in had][:11]


def test_the_item_on_the_page_counts_most_and_is_not_listed(shop: Hybrid) -> None:
    made = shop.rank_request(a_request("red-bag", item="red-mug", count=5), LATER)
    assert "red-mug" not in items(made)
    assert "red-bag" not in items(shop.rank_request(a_request("red-mug", "red-bag", count=5), LATER))
    assert items(made)[0] in {"red-teapot", "blue-mug", "green-mug", "green-teapot", "blue-teapot"}


def test_a_basket_counts_and_is_not_listed(shop: Hybrid) -> None:
    made = shop.rank_request(a_request(basket=("red-mug", "blue-mug"), count=29), LATER)
    assert not {"red-mug", "blue-mug"} & set(items(made))
    assert "teapot" in items(made)[0] or "mug" in items(made)[0]


@pytest.mark.parametrize(
    ("wanted", "keeps"),
    [
        (ListFilter(categories=("bag", "tin")), lambda product: product.category in ("bag", "tin")),
        (ListFilter(max_price=120), lambda product: product.price <= 120),
        (ListFilter(min_price=150, max_price=170), lambda product: 150 <= product.price <= 170),
        (ListFilter(in_stock=True), lambda product: True),
    ],
)
def test_a_list_is_as_long_as_what_may_be_in_it(shop: Hybrid, wanted: ListFilter, keeps: Any) -> None:
    fitting = {item for item, product in ALL.items() if keeps(product)}
    made = items(shop.rank_request(a_request("red-clock", count=100, filter=wanted), LATER))
    assert set(made) == fitting - {"red-clock"}
    assert len(made) == len(set(made))
    assert len(shop.rank_request(a_request("red-clock", count=2, filter=wanted), LATER)) == 2


def test_of_a_thousand_products_the_few_that_fit_are_found(an_event: EventBuilder) -> None:
    shop = Hybrid()
    products = [
        msgspec.structs.replace(
            PRODUCTS[0], item=ItemId(f"i{number}"), price=number, tags=("rare",) if number % 40 == 0 else ()
        )
        for number in range(1_000)
    ]
    shop.use_catalog(products, {})
    for number in range(200):
        shop.learn_one(an_event(f"v{number % 9}", f"i{number * 7 % 1_000}", at=NOW + number))
    made = shop.rank_request(a_request("i1", count=24, filter=ListFilter(tags=("rare",))), LATER)
    assert len(made) == 24
    assert all(int(item[1:]) % 40 == 0 for item in items(made))


def test_scores_never_rise(shop: Hybrid) -> None:
    scores = [one.score for one in shop.rank_request(a_request("red-mug", count=29), LATER)]
    assert scores == sorted(scores, reverse=True)


def test_what_is_excluded_is_not_listed(shop: Hybrid) -> None:
    first = shop.rank_request(a_request("red-mug", count=3), LATER)
    left = shop.rank_request(a_request("red-mug", count=26, exclude=tuple(one.item for one in first)), LATER)
    assert len(left) == 26
    assert not set(items(first)) & set(items(left))


def test_what_the_visitor_does_not_want_is_not_listed(shop: Hybrid, an_event: EventBuilder) -> None:
    shop.learn_one(an_event("ann", "red-mug", at=NOW + 900))
    shop.learn_one(an_event("ann", "blue-mug", at=NOW + 901, kind=CartItemAdded))
    shop.learn_one(an_event("ann", "red-teapot", at=NOW + 902, kind=ItemDismissed))
    shop.learn_one(an_event("ann", "blue-teapot", at=NOW + 903, kind=ItemPurchased, price=10, quantity=1))
    made = items(shop.rank_request(a_request("red-bag", visitor=ANN, count=100), NOW + 1_000))
    assert not {"blue-mug", "red-teapot", "blue-teapot", "red-bag"} & set(made)
    assert len(made) == len(PRODUCTS) - 4


def test_what_a_known_visitor_does_besides_counts(shop: Hybrid, an_event: EventBuilder) -> None:
    shop.learn_one(an_event("ann", "red-bag", at=NOW + 900))
    alone = items(shop.rank_request(a_request(visitor=ANN, count=6), NOW + 1_000))
    besides = items(shop.rank_request(a_request("red-mug", visitor=ANN, count=6), NOW + 1_000))
    assert alone != besides
    assert any("teapot" in item or "mug" in item for item in besides[:3])


def test_what_was_declared_counts(shop: Hybrid, an_event: EventBuilder) -> None:
    def place_of_the_best_lantern() -> int:
        made = items(shop.rank_request(a_request("red-mug", visitor=ANN, count=29), LATER))
        return min(made.index(f"{colour}-lantern") for colour in ("red", "blue", "green"))

    before = place_of_the_best_lantern()
    shop.learn_one(an_event("ann", at=NOW + 901, kind=PreferencesChanged, categories=("lantern",)))
    assert place_of_the_best_lantern() < before


def test_items_that_nobody_knows_are_passed_over(shop: Hybrid) -> None:
    known = items(shop.rank_request(a_request("red-mug"), LATER))
    assert items(shop.rank_request(a_request("unheard-of", "red-mug", basket=("never",)), LATER)) == known
    assert len(shop.rank_request(a_request("unheard-of", visitor=VisitorId("nobody")), LATER)) == 24


def test_a_long_session_is_taken_by_its_end(shop: Hybrid) -> None:
    end = [f"{colour}-{word}" for word in WORDS for colour in ("red", "blue", "green")]
    made = items(shop.rank_request(a_request(*end, *end, *end, "red-mug", count=5), LATER))
    assert len(made) == 5
    assert "red-mug" not in made


def test_scores_are_taken_apart_by_source(shop: Hybrid) -> None:
    plain = shop.rank_request(a_request("red-mug", count=29), LATER)
    made = shop.rank_request(a_request("red-mug", count=29, explain=True), LATER)
    assert items(made) == items(plain)
    assert not any(one.scores for one in plain)
    assert made[0].member in made[0].scores
    assert set(made[0].scores) <= set(shop.members)
    assert max(made[0].scores, key=made[0].scores.__getitem__) == made[0].member


def test_asking_changes_nothing(shop: Hybrid, an_event: EventBuilder) -> None:
    shop.take_up(a_network([str(product.item) for product in PRODUCTS]))
    shop.learn_one(an_event("ann", "red-mug", at=NOW + 900))
    shop.rank(ANN, NOW + 901)
    before, last = payload(shop), shop.explain(ANN, RankingId("r"), NOW + 902)
    for explain in (False, True):
        for wanted in (ListFilter(), ListFilter(categories=("bag",)), ListFilter(tags=("none",))):
            for visitor in (ANN, BOB, VisitorId("nobody"), None):
                shop.rank_request(
                    a_request(
                        *("red-bag", "blue-clock", "unheard-of"),
                        item="green-mug",
                        basket=("red-tin",),
                        visitor=visitor,
                        filter=wanted,
                        explain=explain,
                        count=100,
                    ),
                    LATER,
                )
    assert payload(shop) == before
    assert shop.explain(ANN, RankingId("r"), NOW + 902) == last


def test_a_shop_without_a_catalog_lists_what_it_has_seen(an_event: EventBuilder) -> None:
    shop = Hybrid()
    for number, item in enumerate(("a", "b", "a", "c")):
        shop.learn_one(an_event(f"v{number // 2}", item, at=NOW + number))
    assert set(items(shop.rank_request(a_request("a"), LATER))) == {"b", "c"}
    assert shop.rank_request(a_request("a", filter=ListFilter(max_price=5)), LATER) == ()


def test_after_the_catalog_has_changed_filters_follow(shop: Hybrid) -> None:
    wanted = a_request("red-mug", count=100, filter=ListFilter(categories=("bag",)))
    assert len(shop.rank_request(wanted, LATER)) == 3
    shop.use_catalog([product for product in PRODUCTS if product.item != "red-bag"], NEIGHBORS)
    assert set(items(shop.rank_request(wanted, LATER))) == {"blue-bag", "green-bag"}
