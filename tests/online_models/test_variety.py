"""Varied lists of a whole shop: by type, by what was declared, and by what was passed over."""

from collections import Counter

from online_models.hybrid import Hybrid
from online_models.schema.events import AnyEvent, ItemId, PreferencesChanged, RankingId, RankingShown
from online_models.schema.product import Product
from online_models.schema.recommendations import RankedItem
from online_models.slate.variety import DOZEN
from tests.online_models.shops import ANN, NOW, EventBuilder, a_shop, ids

BAGS = [Product(item=ItemId(f"bag{n:02}"), title=f"Bag {n}", price=100, category="bags", sold=50) for n in range(30)]
MUGS = [
    Product(item=ItemId(f"mug{n:02}"), title=f"Mug {n}", price=100, category="mugs", colour="red", sold=5)
    for n in range(12)
]
TINS = [Product(item=ItemId(f"tin{n:02}"), title=f"Tin {n}", price=100, category="tins", sold=1) for n in range(12)]
SHOP = [*BAGS, *MUGS, *TINS]


def a_shop_of_bags(an_event: EventBuilder, **settings: bool) -> Hybrid:
    """Most of what others chose are bags."""
    shop = a_shop(**settings)
    shop.use_catalog(SHOP, {})
    for number, product in enumerate(reversed(SHOP)):
        for visitor in range(6 if product.category == "bags" else 1):
            shop.learn_one(an_event(f"v{visitor}-{number % 5}", product.item, at=NOW - 4_000 + number + visitor))
    return shop


def types(ranked: tuple[RankedItem, ...]) -> Counter[str]:
    return Counter(item[:3] for item in ids(ranked[:12]))


def test_a_list_that_one_type_would_fill_has_others_too(an_event: EventBuilder) -> None:
    plain = a_shop_of_bags(an_event).rank(ANN, NOW)
    lists = a_shop_of_bags(an_event, varies=True).rank(ANN, NOW)
    assert types(lists)["bag"] <= DOZEN // 2 < types(plain)["bag"]
    assert lists[0].item == plain[0].item
    scores = [item.score for item in lists]
    assert scores == sorted(scores, reverse=True)


def test_what_was_declared_has_its_share(an_event: EventBuilder) -> None:
    shop = a_shop_of_bags(an_event, varies=True)
    shop.learn_one(an_event(kind=PreferencesChanged, visitor=ANN, categories=("tins",), at=NOW - 5))
    listed = ids(shop.rank(ANN, NOW))[:12]
    for end in (4, 8, 12):
        assert sum(item.startswith("tin") for item in listed[:end]) >= end / 4


def test_what_is_passed_over_again_and_again_goes_down(an_event: EventBuilder) -> None:
    shop = a_shop_of_bags(an_event, varies=True)
    shop.learn_one(an_event("ann", "mug00", at=NOW - 60))
    first = shop.rank(ANN, NOW)
    top = first[0].item
    for time in range(8):
        shown: AnyEvent = an_event(
            kind=RankingShown, visitor=ANN, ranking_id=RankingId("r"), items=(top,), surface="for_you", at=NOW + time
        )
        shop.learn_one(shown)
    again = {item.item: item.score for item in shop.rank(ANN, NOW + 10)}
    assert again.get(top, -9.0) < first[0].score - 1


def test_two_recommenders_that_learned_the_same_make_the_same_lists(an_event: EventBuilder) -> None:
    one, other = (a_shop_of_bags(an_event, varies=True) for _ in range(2))
    assert one.rank(ANN, NOW) == other.rank(ANN, NOW) == one.rank(ANN, NOW)
