"""Why a slate is as it is: shares by kind of reason, the visitor's own items, what they dismissed."""

import pytest

from online_models.hybrid import Hybrid
from online_models.schema.events import CartItemAdded, ItemDismissed, ItemId, ItemPurchased, ItemRated, RankingId
from online_models.schema.explanation import KINDS
from online_models.slate.explainer import LEAST_SHARE, MOST_PARTS
from tests.online_models.shops import ANN, NOW, EventBuilder, a_shop, explained, ids


@pytest.fixture
def shop(an_event: EventBuilder) -> Hybrid:
    """A shop with some traffic, and Ann, who has just viewed two items."""
    shop = a_shop()
    for number in range(8):
        for second, item in enumerate(["red-teapot", "blue-plate", "green-tin"][: 2 + number % 2]):
            shop.learn_one(an_event(f"v{number}", item, at=NOW - 900 + 60 * number + second))
    shop.learn_one(an_event("ann", "red-mug", at=NOW - 5))
    shop.learn_one(an_event("ann", "red-teapot", at=NOW))
    return shop


def test_an_item_has_few_parts_the_largest_first(shop: Hybrid) -> None:
    for parts in explained(shop, ANN).parts.values():
        shares = [part.share for part in parts]
        assert 1 <= len(parts) <= MOST_PARTS
        assert shares == sorted(shares, reverse=True)
        assert all(LEAST_SHARE <= share <= 100 for share in shares)
        assert len({part.kind for part in parts}) == len(parts)


def test_parts_belong_to_items_of_the_slate(shop: Hybrid) -> None:
    shown = ids(shop.rank(ANN, NOW + 90))
    why = shop.explain(ANN, RankingId("r"), NOW + 90)
    assert why is not None
    assert why.ranking_id == "r"
    assert set(why.parts) <= set(shown)


def test_a_part_names_the_visitors_own_item_that_it_is_attributed_to(shop: Hybrid) -> None:
    why = explained(shop, ANN)
    own = {"red-mug", "red-teapot"}
    assert why.parts[ItemId("blue-mug")][0].evidence == "red-mug"
    for parts in why.parts.values():
        for part in parts:
            assert part.evidence is None or part.evidence in own
            assert 0 <= part.kind < len(KINDS)


def test_popular_kinds_are_attributed_to_nothing(shop: Hybrid) -> None:
    kinds = {KINDS[part.kind]: part.evidence for parts in explained(shop, ANN).parts.values() for part in parts}
    assert kinds.get("popular") is None
    assert kinds.get("trending") is None


def test_the_history_says_what_was_done_last_the_newest_first(shop: Hybrid, an_event: EventBuilder) -> None:
    for second, (item, kind, fields) in enumerate(
        [
            ("blue-bag", ItemPurchased, {}),
            ("blue-tin", CartItemAdded, {}),
            ("blue-clock", ItemRated, {"stars": 1}),
        ],
        1,
    ):
        shop.learn_one(an_event("ann", item, at=NOW + second, kind=kind, **fields))
    history = [(known.item, known.deed) for known in explained(shop, ANN).history]
    assert history == [
        ("blue-clock", "disliked"),
        ("blue-tin", "basket"),
        ("blue-bag", "bought"),
        ("red-teapot", "viewed"),
        ("red-mug", "viewed"),
    ]


def test_dismissals_are_listed_apart(shop: Hybrid, an_event: EventBuilder) -> None:
    for second, item in enumerate(["blue-bag", "red-mug"], 1):
        shop.learn_one(an_event("ann", item, at=NOW + second, kind=ItemDismissed))
    why = explained(shop, ANN)
    assert why.dismissed == ("red-mug", "blue-bag")
    assert "red-mug" not in {known.item for known in why.history}


def test_once_the_visitor_goes_on_the_slate_is_no_longer_explained(shop: Hybrid, an_event: EventBuilder) -> None:
    explained(shop, ANN)
    shop.learn_one(an_event("ann", "blue-bag", at=NOW + 100))
    assert shop.explain(ANN, RankingId("r"), NOW + 101) is None
