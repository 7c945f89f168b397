from threading import Thread

import pytest

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.keyspace import MAX_BASKET_LINES
from storefront.database.connection import Database
from storefront.visitor_state.baskets import MOST_OF_AN_ITEM, Baskets
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.visitor_store import TooMany

ANN, V1, V2 = VisitorId("a" + 24 * "1"), VisitorId("v1"), VisitorId("v2")
MUG, BAG = ItemId("mug"), ItemId("bag")


class Shop:
    """Baskets, each change in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database, self.baskets = database, Baskets()

    def put(self, visitor: VisitorId, item: ItemId, quantity: int) -> dict[ItemId, int]:
        with self.database.begin() as connection:
            return self.baskets.put(connection, visitor, item, quantity, now=0.0)

    def add(self, visitor: VisitorId, item: ItemId, quantity: int) -> dict[ItemId, int]:
        with self.database.begin() as connection:
            return self.baskets.add(connection, visitor, item, quantity, now=0.0)

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        with self.database.begin() as connection:
            self.baskets.merge(connection, source, target)

    def read(self, visitor: VisitorId) -> list[tuple[ItemId, int]]:
        return list(BelongingsReader(self.database).require(visitor).basket.items())


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def test_what_was_put_in_first_stays_first(shop: Shop) -> None:
    assert shop.read(V1) == []
    assert shop.put(V1, MUG, 2) == {MUG: 2}
    shop.put(V1, BAG, 1)
    assert shop.add(V1, MUG, 3) == {MUG: 5, BAG: 1}
    shop.put(V2, MUG, 7)
    assert shop.read(V1) == [(MUG, 5), (BAG, 1)]


def test_zero_takes_an_item_out(shop: Shop) -> None:
    shop.put(V1, MUG, 2)
    shop.put(V1, BAG, 1)
    assert shop.put(V1, MUG, 0) == {BAG: 1}
    assert shop.put(V1, MUG, 0) == {BAG: 1}


def test_lines_and_quantities_are_bounded(shop: Shop) -> None:
    for number in range(MAX_BASKET_LINES):
        shop.put(V1, ItemId(f"i{number}"), 1)
    with pytest.raises(TooMany):
        shop.put(V1, MUG, 1)
    assert shop.add(V1, ItemId("i0"), 5_000)[ItemId("i0")] == MOST_OF_AN_ITEM
    shop.put(V2, MUG, 1)
    shop.merge(V2, V1)
    assert len(shop.read(V1)) == MAX_BASKET_LINES, "a full basket takes in no more"


def test_two_baskets_add_up_once(shop: Shop) -> None:
    shop.put(V1, MUG, 2)
    shop.put(V1, BAG, 1)
    shop.put(ANN, MUG, 998)
    for _ in range(2):
        shop.merge(V1, ANN)
        assert shop.read(V1) == []
        assert shop.read(ANN) == [(MUG, 999), (BAG, 1)]


def test_what_several_add_at_once_adds_up(shop: Shop) -> None:
    threads = [Thread(target=shop.add, args=(V1, MUG, 1)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert shop.read(V1) == [(MUG, 6)]
