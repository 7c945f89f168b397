"""Simulated shoppers: they follow real orders, repeatably, and never pass for real visitors."""

import random
from collections import Counter
from collections.abc import Sequence

from infra.visitors.orders import MAX_LINES, PastOrder, PastOrderLine, group_orders
from infra.visitors.shoppers import plan_visit
from infra.visitors.simulation import Crowd
from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    ItemId,
    ItemPurchased,
    ItemViewed,
    ItemWished,
    decode,
    encode,
)

NEAR = {ItemId("mug"): [ItemId("plate"), ItemId("bowl")]}


def an_order(customer: str = "c1", *items: str) -> PastOrder:
    return PastOrder(customer, tuple(PastOrderLine(ItemId(item), 2, 295) for item in items or ("mug", "plate", "lamp")))


def near(item: ItemId) -> Sequence[ItemId]:
    return NEAR.get(item, [])


def a_crowd(seed: int, rate: float = 5.0) -> Crowd:
    orders = [an_order(f"c{number}", f"i{number}", "mug") for number in range(20)]
    return Crowd(orders, near, rate, random.Random(seed), now=1_000.0)


def events_of(crowd: Crowd, seconds: float) -> list[AnyEvent]:
    return crowd.advance(1_000.0 + seconds)


def test_the_same_seed_walks_the_same_way() -> None:
    assert events_of(a_crowd(7), 120) == events_of(a_crowd(7), 120)
    assert events_of(a_crowd(7), 120) != events_of(a_crowd(8), 120)


def test_every_event_is_marked_as_simulated_and_can_be_read() -> None:
    events = events_of(a_crowd(1), 300)
    assert len(events) > 100
    assert all(event.simulated for event in events)
    assert all(decode(encode(event)) == event for event in events)


def test_events_come_in_order_with_ids_of_their_own() -> None:
    events = events_of(a_crowd(2), 300)
    times = [event.occurred_at for event in events]
    assert times == sorted(times)
    assert len({event.event_id for event in events}) == len(events)


def test_the_rate_is_kept() -> None:
    for rate in (2.0, 50.0):
        seconds = 2_000 / rate
        events = events_of(a_crowd(3, rate), seconds)
        assert abs(len(events) - 2_000) < 300


def test_a_crowd_is_bounded() -> None:
    assert a_crowd(1, rate=5_000.0).size == 500


def test_only_what_was_looked_at_and_put_into_the_basket_is_bought() -> None:
    events = events_of(a_crowd(4), 2_000)
    viewed: set[tuple[str, str]] = set()
    basket: Counter[tuple[str, str]] = Counter()
    bought = 0
    for event in events:
        if isinstance(event, ItemViewed):
            viewed.add((event.visitor, event.item))
        elif isinstance(event, CartItemAdded):
            assert (event.visitor, event.item) in viewed
            basket[event.visitor, event.item] += 1
        elif isinstance(event, ItemPurchased):
            assert basket[event.visitor, event.item] > 0
            bought += 1
    assert bought > 50


def test_some_of_what_was_looked_at_is_wished_for() -> None:
    viewed: set[tuple[str, str]] = set()
    wished = 0
    for event in events_of(a_crowd(6), 2_000):
        if isinstance(event, ItemViewed):
            viewed.add((event.visitor, event.item))
        elif isinstance(event, ItemWished):
            assert (event.visitor, event.item) in viewed
            wished += 1
    assert wished > 10


def test_a_purchase_carries_the_real_quantity_and_price() -> None:
    bought = [event for event in events_of(a_crowd(5), 2_000) if isinstance(event, ItemPurchased)]
    assert {(event.quantity, event.price) for event in bought} == {(2, 295)}


def test_a_wholesale_order_is_cut_to_a_walk() -> None:
    order = an_order("c1", *(f"i{number}" for number in range(400)))
    acts = plan_visit(order, lambda _: (), random.Random(1))
    assert len({act.item for act in acts}) == MAX_LINES


def test_lines_are_grouped_into_orders() -> None:
    rows: list[dict[str, object]] = [
        {"visitor": "c1", "item": "mug", "order": "o1", "quantity": 1, "price": 100, "at": 1.0},
        {"visitor": "c2", "item": "lamp", "order": "o2", "quantity": 2, "price": 250, "at": 2.0},
        {"visitor": "c1", "item": "plate", "order": "o1", "quantity": 3, "price": 50, "at": 1.0},
    ]
    rows.append({"visitor": "c2", "item": "mug", "order": "", "quantity": 1, "price": -1, "at": 3.0})
    assert [(order.customer, [line.item for line in order.lines]) for order in group_orders(rows)] == [
        ("c1", ["mug", "plate"]),
        ("c2", ["lamp"]),
        ("c2", ["mug"]),
    ]
