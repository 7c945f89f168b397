import pytest

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database, DatabaseDown
from storefront.orders.order import Order, OrderLine
from storefront.orders.order_store import NumberTaken, OrderStore

V1, V2 = VisitorId("v1"), VisitorId("v2")
MUG = OrderLine(ItemId("mug"), "Red Heart Mug", 195, 2)
BAG = OrderLine(ItemId("bag"), "Red Heart Bag", 495, 1)


def an_order(number: str = "AAAAA-00000", visitor: VisitorId = V1, placed_at: float = 1.0) -> Order:
    return Order(number, visitor, placed_at, "GBP", (MUG, BAG))


@pytest.fixture
def orders(database: Database) -> OrderStore:
    return OrderStore(database)


def test_an_order_is_read_as_it_was_placed(orders: OrderStore) -> None:
    orders.add(an_order())
    assert orders.read(V1, "AAAAA-00000") == an_order()
    assert (an_order().total, an_order().count) == (885, 3)


def test_nobody_reads_anothers_order(orders: OrderStore) -> None:
    orders.add(an_order())
    assert orders.read(V2, "AAAAA-00000") is None
    assert orders.read_page(V2, 0, 10) == []


def test_a_number_is_taken_once_and_the_first_order_stays(orders: OrderStore) -> None:
    orders.add(an_order())
    with pytest.raises(NumberTaken):
        orders.add(an_order(visitor=V2, placed_at=2.0))
    assert orders.read(V1, "AAAAA-00000") == an_order()


def test_the_list_is_newest_first_and_comes_in_pages(orders: OrderStore) -> None:
    for number in range(5):
        orders.add(an_order(f"AAAAA-0000{number}", placed_at=float(number)))
    assert [one.number[-1] for one in orders.read_page(V1, 0, 2)] == ["4", "3"]
    (last,) = orders.read_page(V1, 4, 2)
    assert (last.total, last.count, last.items) == (885, 3, ("mug", "bag"))
    assert orders.count(V1) == 5
    assert orders.count(V1, since=3.0) == 2


def test_orders_join_the_account(orders: OrderStore, database: Database) -> None:
    orders.add(an_order())
    orders.add(an_order("BBBBB-00000", V2))
    for _ in range(2):
        with database.begin() as connection:
            orders.merge(connection, V1, V2)
    assert orders.count(V1) == 0
    assert orders.count(V2) == 2
    assert orders.read(V2, "AAAAA-00000") == an_order(visitor=V2)


def test_who_is_forgotten_has_no_orders(orders: OrderStore, database: Database) -> None:
    orders.add(an_order())
    with database.begin() as connection:
        orders.forget(connection, V1)
    assert orders.read(V1, "AAAAA-00000") is None
    orders.add(an_order())


def test_a_database_that_is_down_is_said_so() -> None:
    with pytest.raises(DatabaseDown):
        OrderStore(Database("postgresql://nobody@127.0.0.1:1/none")).add(an_order())
