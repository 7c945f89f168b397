"""Nobody moves what is shown to everybody: neither one visitor, however busy, nor one network with many cookies."""

import numpy as np
import pytest

from online_models.arrays.state import State, read_part
from online_models.hybrid import Hybrid
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.recommendations import RankedItem
from online_models.visitors.influence_table import MOST_LESSONS, VISITS
from tests.security.busy_shop import (
    ITEMS,
    NOW,
    ONE_NETWORK,
    STRANGER,
    TARGET,
    Crowd,
    a_busy_shop,
    a_young_shop,
    place_of,
)

CHOICES = ("item_viewed", "cart_item_added", "item_purchased", "item_rated")
TOP = 10

IN_ORDER_OF_VISITS = ("session_neighbours", "session_returns", "session_others", "user_neighbours")
"""These keep a visitor's items once each, in the order of the last visit: which may change, and how near they are."""

Lists = dict[str, tuple[RankedItem, ...]]


@pytest.fixture
def shop() -> Hybrid:
    return a_busy_shop()


@pytest.fixture
def crowd() -> Crowd:
    return Crowd()


def shown_to_everybody(shop: Hybrid, at: float = NOW + 600) -> Lists:
    """Return all that is the same for everybody."""
    basket = a_basket(shop, at)
    return {
        "trending": shop.trending(at),
        "popular": shop.popular(at),
        "top rated": shop.top_rated(at),
        "new": shop.new_arrivals(),
        **{f"well with {item}": shop.goes_well_with(item) for item in ITEMS},
        **{f"similar to {item}": shop.similar(item) for item in ITEMS},
        "bought together": basket,
    }


def a_basket(shop: Hybrid, at: float) -> tuple[RankedItem, ...]:
    return shop.bought_together(STRANGER, at)


@pytest.mark.parametrize("kind", CHOICES)
def test_thirty_cookies_of_one_network_do_not_bring_a_product_to_the_top(shop: Hybrid, crowd: Crowd, kind: str) -> None:
    for cookie in range(30):
        shop.learn_one(crowd.does(f"v-bad{cookie}", TARGET, NOW + cookie, kind, network=ONE_NETWORK))
    at = NOW + 60
    assert place_of(TARGET, shop.trending(at)) >= TOP
    assert place_of(TARGET, shop.popular(at)) >= TOP
    assert place_of(TARGET, shop.rank(VisitorId("v-newcomer"), at)) >= TOP


@pytest.mark.parametrize("kind", CHOICES)
def test_cookies_that_were_warmed_up_before_come_to_a_handful_of_visitors(crowd: Crowd, kind: str) -> None:
    places = []
    for networks in ([ONE_NETWORK] * 30, [f"{1_000 + number:012x}" for number in range(5)]):
        shop = a_busy_shop()
        for number, network in enumerate(networks):
            for step, item in enumerate((*ITEMS[:3], TARGET)):
                done, at = kind if item == TARGET else "item_viewed", NOW + 4 * number + step
                shop.learn_one(crowd.does(f"v-new{number}", item, at, done, network=network))
        places.append([place_of(TARGET, ranked) for ranked in (shop.trending(NOW + 150), shop.popular(NOW + 150))])
    assert places[0][0] >= places[1][0]
    assert places[0][1] >= places[1][1]


def test_visitors_of_many_networks_still_make_a_product_trend(shop: Hybrid, crowd: Crowd) -> None:
    for visitor in range(60):
        for step, item in enumerate((*ITEMS[:3], TARGET)):
            network = f"{1_000 + visitor:012x}"
            shop.learn_one(crowd.does(f"v-good{visitor}", item, NOW + 4 * visitor + step, network=network))
    assert place_of(TARGET, shop.trending(NOW + 300)) < TOP


PATTERNS = {
    "two in turns": (90, 91),
    "three in turns": (90, 91, 92),
    "one and another": (90, 91, 90, 92, 90, 93),
    "more than a history holds": tuple(range(60, 105)),
}


@pytest.mark.parametrize("kind", CHOICES)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_one_cookie_counts_once_for_a_pair_however_often_it_comes_back(crowd: Crowd, pattern: str, kind: str) -> None:
    once, often = a_busy_shop(), a_busy_shop()
    items = PATTERNS[pattern]
    clicks = max(50, 3 * len(items))
    for shop, count in ((once, len(items)), (often, clicks)):
        shop.learn_one(crowd.does(STRANGER, ITEMS[90], NOW - 1, "cart_item_added"))
        for click in range(count):
            item = ITEMS[items[click % len(items)]]
            shop.learn_one(crowd.does("v-bad", item, NOW + 2 * click, kind, network=ONE_NETWORK))
    lists, after = shown_to_everybody(once), shown_to_everybody(often)
    assert lists["bought together"]
    assert {name for name, ranked in lists.items() if ranked != after[name]} == set()


@pytest.mark.parametrize("between", ["item_forgotten", "cart_item_removed", "item_dismissed"])
def test_nor_by_taking_back_what_was_done(crowd: Crowd, between: str) -> None:
    once, often = a_busy_shop(), a_busy_shop()
    for shop, rounds in ((once, 1), (often, 25)):
        for turn in range(rounds):
            for step, (item, kind) in enumerate(
                [(90, "cart_item_added"), (91, "cart_item_added"), (91, between), (90, between)]
            ):
                at = NOW + 8 * turn + step
                shop.learn_one(crowd.does("v-bad", ITEMS[item], at, kind, network=ONE_NETWORK))
    lists, after = shown_to_everybody(once), shown_to_everybody(often)
    assert {name for name, ranked in lists.items() if ranked != after[name]} == set()


def test_nor_by_a_clock_that_is_behind(crowd: Crowd) -> None:
    once, often = a_busy_shop(), a_busy_shop()
    for shop, visits in ((once, 1), (often, 44)):
        for visit in range(visits):
            for step, item in enumerate((90, 91)):
                at = NOW - 86_000 + 1_900 * visit + step
                event = crowd.does("v-bad", ITEMS[item], at, network=ONE_NETWORK, received_at=NOW + visit)
                shop.learn_one(event)
    for product in (ITEMS[90], ITEMS[91]):
        assert once.goes_well_with(product)[:3] == often.goes_well_with(product)[:3]
    assert pair_of(once) == pair_of(often)


def pair_of(shop: Hybrid, then: int = 91) -> tuple[float, int]:
    """Return how strongly 90 and what was viewed then are tied, and how many sessions have the first."""
    after = read_part(read_part(read_part(shop.dump(), "models"), "transitions"), "after")
    sessions = read_part(read_part(shop.dump(), "models"), "session_neighbours")["items"]
    assert isinstance(after["weights"], np.ndarray)
    assert isinstance(after["others"], np.ndarray)
    assert isinstance(sessions, np.ndarray)
    first, other = shop.index(ITEMS[90]), shop.index(ITEMS[then])
    weight = after["weights"][first][after["others"][first] == other]
    return float(weight.sum()), int((sessions == first).sum())


def test_thirty_cookies_of_one_network_tie_a_pair_like_a_handful_of_visitors(crowd: Crowd) -> None:
    attacked, visited = a_busy_shop(), a_busy_shop()
    for cookie in range(30):
        for step, item in enumerate((90, 100)):
            at = NOW + 4 * cookie + step
            attacked.learn_one(crowd.does(f"v-bad{cookie}", ITEMS[item], at, network=ONE_NETWORK))
    for visitor in range(6):
        for step, item in enumerate((90, 100)):
            at = NOW + 4 * visitor + step
            visited.learn_one(crowd.does(f"v-good{visitor}", ITEMS[item], at, network=f"{1_000 + visitor:012x}"))
    assert place_of(TARGET, attacked.goes_well_with(ITEMS[90])) >= place_of(TARGET, visited.goes_well_with(ITEMS[90]))
    # The place alone may be the same: six visitors are many for a product that few look at.
    (tie, sessions), (most, most_sessions) = pair_of(attacked, 100), pair_of(visited, 100)
    assert tie <= most
    assert sessions <= most_sessions


def ranker_of(shop: Hybrid) -> State:
    return read_part(read_part(shop.dump(), "ranker"), "linear")


def test_the_shared_ranker_learns_from_one_visitor_so_much_a_day(shop: Hybrid, crowd: Crowd) -> None:
    bad = VisitorId("v-bad")
    weights = []
    for click in range(3 * MOST_LESSONS):
        at = NOW + 3 * click
        last = shop.rank(bad, at)[-1].item
        drawn = {"items": [last], "surface": "for_you", "network": ONE_NETWORK}
        shop.learn_one(crowd.does(bad, "", at + 1, "ranking_shown", **drawn))
        shop.learn_one(crowd.does(bad, last, at + 2, surface="for_you", network=ONE_NETWORK))
        if click >= MOST_LESSONS - 1:
            weights.append(ranker_of(shop)["weights"])
    assert all(np.array_equal(weights[0], later) for later in weights)  # type: ignore[arg-type]  # arrays
    quality = shop.quality()
    assert quality.total_asked <= MOST_LESSONS + 120
    assert quality.hybrid.shown <= MOST_LESSONS
    assert quality.hybrid.clicked <= MOST_LESSONS


def test_one_vote_and_one_network_do_not_make_a_product_top_rated(crowd: Crowd) -> None:
    shop = a_young_shop()
    for cookie in range(30):
        shop.learn_one(crowd.does(f"v-bad{cookie}", TARGET, NOW + cookie, "item_rated", network=ONE_NETWORK))
        assert shop.top_rated(NOW + 60) == ()
    assert sum(shop.take_rated()[ItemId(TARGET)]) <= 5
    for customer in range(2):
        vote = crowd.does(f"a{customer:024x}", ITEMS[3], NOW + customer, "item_rated", network=f"{customer:012x}")
        shop.learn_one(vote)
    assert place_of(ITEMS[3], shop.top_rated(NOW + 60)) == 0
    assert shop.take_rated()[ITEMS[3]] == (0, 0, 0, 0, 2)


def test_whoever_rates_a_product_sees_their_stars_counted(crowd: Crowd) -> None:
    shop = a_young_shop()
    shop.learn_one(crowd.does("v-honest", TARGET, NOW, "item_rated", network=ONE_NETWORK, stars=4))
    assert shop.take_rated() == {TARGET: (0, 0, 0, 1, 0)}
    shop.learn_one(crowd.does("v-honest", TARGET, NOW + 9, "item_rated", network=ONE_NETWORK, stars=2))
    assert shop.take_rated() == {TARGET: (0, 1, 0, 0, 0)}


@pytest.mark.parametrize("kind", CHOICES)
def test_no_model_recommends_anything_else_to_others_once_a_visitor_has_come_back_often(
    crowd: Crowd, kind: str
) -> None:
    once, often = a_busy_shop(), a_busy_shop()
    for shop, count in ((once, 2 * VISITS), (often, 50)):
        for step, product in enumerate((ITEMS[0], ITEMS[40], ITEMS[90])):
            shop.learn_one(crowd.does(STRANGER, product, NOW - 9 + step, network="bbbbbbbbbbbb"))
        for click in range(count):
            item = ITEMS[90 + click % 2]
            shop.learn_one(crowd.does("v-bad", item, NOW + 2 * click, kind, network=ONE_NETWORK))
    at = NOW + 200
    before, after = once.score(STRANGER, at).candidates, often.score(STRANGER, at).candidates
    answered = 0
    for line, member in enumerate(once.members):
        items, later = before.items[line], after.items[line]
        answered += items[0] >= 0
        if member in IN_ORDER_OF_VISITS:
            assert set(items[items >= 0].tolist()) == set(later[later >= 0].tolist()), member
        else:
            assert np.array_equal(items, later), member
            assert np.array_equal(before.scores[line], after.scores[line]), member
    assert answered > 10
