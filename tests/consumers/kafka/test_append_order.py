"""A backlog comes in the order in which it was appended, whatever order the client gets it in."""

import heapq

import pytest

from consumers.kafka.append_order import LONGEST_WAIT, AppendOrder
from consumers.kafka.record import Record
from tests.consumers.fakes import ManualClock


def records(partition: int, *times: float, first: int = 0) -> dict[int, list[Record]]:
    return {partition: [Record(partition, first + number, at, None) for number, at in enumerate(times)]}


def times(taken: list[Record]) -> list[float]:
    return [record.appended_at for record in taken]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def order(clock: ManualClock) -> AppendOrder:
    order = AppendOrder(limit=6, clock=clock.elapsed)
    order.start({0: 0, 1: 0}, {0: 3, 1: 2})
    return order


def test_a_partition_waits_for_what_was_appended_before(order: AppendOrder) -> None:
    assert order.take(records(0, 1.0, 3.0, 5.0), 10) == []
    assert times(order.take(records(1, 2.0), 10)) == [1.0, 2.0]
    assert times(order.take(records(1, 4.0, first=1), 10)) == [3.0, 4.0, 5.0]
    assert not order.is_active


def test_what_was_appended_at_the_same_time_comes_in_the_order_of_partitions(order: AppendOrder) -> None:
    order.take(records(1, 2.0, 2.0), 10)
    taken = order.take(records(0, 2.0, 2.0, 2.0), 10)
    assert [record.partition for record in taken] == [0, 0, 0, 1, 1]


def test_no_more_than_asked_for_comes_at_once(order: AppendOrder) -> None:
    order.take(records(0, 1.0, 3.0, 5.0), 2)
    assert times(order.take(records(1, 2.0, 4.0), 2)) == [1.0, 2.0]
    assert times(order.take({}, 10)) == [3.0, 4.0, 5.0]


def test_a_partition_without_a_backlog_holds_nobody_up(clock: ManualClock) -> None:
    order = AppendOrder(clock=clock.elapsed)
    order.start({0: 0, 1: 7}, {0: 2, 1: 7})
    assert times(order.take(records(0, 1.0, 2.0), 10)) == [1.0, 2.0]


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_many_partitions_come_as_one(clock: ManualClock, limit: int) -> None:
    order, each = AppendOrder(clock=clock.elapsed), 25
    order.start(dict.fromkeys(range(4), 0), dict.fromkeys(range(4), each))
    written = {
        partition: [Record(partition, number, float((7 * number + partition) // 3), None) for number in range(each)]
        for partition in range(4)
    }
    taken: list[Record] = []
    for first in range(0, each, 5):
        for partition, records in written.items():
            taken += order.take({partition: records[first : first + 5]}, limit)
    while more := order.take({}, limit):
        taken += more
    merged = heapq.merge(*written.values(), key=lambda record: record.appended_at)
    assert taken == list(merged)
    assert not order.is_active


def test_records_that_never_come_are_not_waited_for(order: AppendOrder, clock: ManualClock) -> None:
    assert order.take(records(0, 1.0, 3.0), 10) == []
    clock.advance(LONGEST_WAIT + 0.1)
    assert times(order.take({}, 10)) == [1.0, 3.0]
    assert not order.is_active


def test_no_more_is_held_than_the_limit(order: AppendOrder) -> None:
    assert len(order.take(records(0, *map(float, range(7))), 10)) == 7


def test_a_broker_whose_clock_steps_back_changes_no_partition_s_order(order: AppendOrder) -> None:
    order.take(records(0, 5.0, 1.0, 6.0), 10)
    taken = order.take(records(1, 2.0, 3.0), 10)
    assert [record.offset for record in taken if record.partition == 0] == [0, 1, 2]
    assert len(taken) == 5
