"""A shop with a past and a busy hour: what attackers of its shared lists are up against."""

import random
from collections.abc import Sequence
from functools import cache

from online_models.arrays.state import State
from online_models.hybrid import Hybrid
from online_models.schema.events import AnyEvent, ItemId, VisitorId, from_mapping
from online_models.schema.product import Product
from online_models.schema.recommendations import RankedItem

NOW = 1_795_000_000.0
ITEMS = [ItemId(f"item-{number:03}") for number in range(120)]
HOT = range(40, 56)
"""What is looked at now, and hardly was before."""

TARGET = ITEMS[100]
"""What attackers want to see on top: sold now and then, looked at by nobody now."""

ONE_NETWORK = "aaaaaaaaaaaa"
STRANGER = VisitorId("v-stranger")


class Crowd:
    """Makes events, each with an id of its own."""

    def __init__(self) -> None:
        self._count = 0

    def does(
        self, visitor: str, item: str = "", at: float = NOW, kind: str = "item_viewed", **fields: object
    ) -> AnyEvent:
        self._count += 1
        told = {"kind": kind, "event_id": f"e{self._count}", "visitor": visitor, "occurred_at": at, **fields}
        if item:
            told["item"] = item
        if kind == "item_rated":
            told.setdefault("stars", 5)
        return from_mapping(told)


@cache
def _busy_state() -> State:
    shop, crowd, chance = _open(), Crowd(), random.Random(7)
    by_sales = [1 / (rank + 5) for rank in range(len(ITEMS))]
    for day in range(40):
        for customer in range(25):
            at = NOW - (41 - day) * 86_400 + customer * 1_000
            for line, item in enumerate(chance.choices(ITEMS, by_sales, k=chance.randint(1, 4))):
                shop.learn_one(crowd.does(f"h{day}-{customer}", item, at + line, "item_purchased"))
    for visitor in range(120):
        at = NOW - 5_400 + visitor * 45
        for click in range(chance.randint(3, 6)):
            item = ITEMS[chance.choice(HOT)] if chance.random() < 0.5 else chance.choices(ITEMS[:90], by_sales[:90])[0]
            shop.learn_one(crowd.does(f"v{visitor}", item, at + 20 * click, network=f"{visitor:012x}"))
    return shop.dump()


def _open() -> Hybrid:
    shop = Hybrid()
    products = [
        Product(item=item, title=item.title(), price=300, category=f"c{number % 6}", sold=len(ITEMS) - number)
        for number, item in enumerate(ITEMS)
    ]
    shop.use_catalog(products, {})
    return shop


def a_busy_shop() -> Hybrid:
    """Return a shop of 120 products with forty days of orders and an hour and a half of visits from 120 networks."""
    shop = _open()
    shop.load(_busy_state())
    return shop


def a_young_shop() -> Hybrid:
    """Return the same shop on its first day."""
    return _open()


def place_of(item: str, ranked: Sequence[RankedItem]) -> int:
    """Return the place of an item in a list, from 0; 99 where it is not in it."""
    return next((place for place, one in enumerate(ranked) if one.item == item), 99)
