"""A shop that is attacked: each attack finds it as its log has left it."""

from itertools import pairwise

from infra.bench.attacked_shop import MOST, VIEW, Attack, gift_shop, made_up_shop
from online_models.hybrid import Hybrid
from online_models.schema.events import ItemId
from online_models.schema.recommendations import RankedItem


def popular(hybrid: Hybrid, now: float) -> tuple[RankedItem, ...]:
    return hybrid.popular(now)


def test_an_attack_leaves_nothing_for_the_next() -> None:
    shop, learned = made_up_shop(items=60, events=500, visitors=20, seed=7)
    before = shop.read(popular)
    attack = Attack("a view", ((VIEW, shop.items[-1]),))
    counted = [cookies for cookies, _ in shop.attack(attack, networks=MOST)]
    assert learned == 500
    assert counted[:32] == list(range(1, 33))
    assert counted[-1] <= MOST
    assert all(later - one <= max(1, one // 16) for one, later in pairwise(counted))
    assert shop.read(popular) == before


def test_the_quiet_are_those_that_no_list_has_the_least_sold_first() -> None:
    shop, _ = made_up_shop(items=4, events=0, visitors=0, seed=7)
    assert shop.find_quiet([shop.items[3]], [shop.items[1]]) == [shop.items[2], shop.items[0]]
    assert shop.find_quiet(shop.items) == []


def test_the_gift_shop_may_have_no_past() -> None:
    shop, learned = gift_shop(limit=0, visitors=3, seed=7)
    assert learned == 0
    assert len(shop.items) > 1_000
    assert isinstance(shop.items[0], str)
    assert shop.read(popular)[0] in map(ItemId, shop.items)
