"""Slots for interactions: given, widened, taken back, and saved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.state import InvalidState
from online_models.visitors.history_pool import SHORT, HistoryPool, Interactions


def interactions(*items: int) -> Interactions:
    count = len(items)
    return (
        np.array(items, np.int32),
        np.ones(count, np.float32),
        np.arange(count, dtype=np.uint32),
        np.zeros(count, np.uint8),
        np.ones(count, np.uint8),
    )


def items_of(pool: HistoryPool, visitor: int) -> list[int]:
    items: list[int] = pool.copy(visitor)[0].tolist()
    return items


def test_a_visitor_without_interactions_has_no_slots() -> None:
    pool = HistoryPool(32)
    for visitor in (-1, 0, 5_000):
        assert items_of(pool, visitor) == []
        assert pool.session_length(visitor) == 0
        assert not pool.holds(visitor, 0)


def test_interactions_of_visitors_stay_apart() -> None:
    pool = HistoryPool(32)
    pool.put(2, interactions(7, 8), session_length=1)
    pool.put(0, interactions(9), session_length=1)
    assert (items_of(pool, 2), items_of(pool, 0), items_of(pool, 1)) == ([7, 8], [9], [])
    assert (pool.session_length(2), pool.holds(2, 8), pool.holds(0, 8)) == (1, True, False)


def test_who_fills_the_first_slots_gets_more_and_keeps_what_is_there() -> None:
    pool = HistoryPool(32)
    held = list(range(10, 10 + SHORT))
    pool.put(0, interactions(*held), session_length=3)
    before = pool.slots(0)
    pool.make_room(0, held[0])
    assert pool.slots(0) == before
    pool.make_room(0, 99)
    assert pool.slots(0) != before
    assert (items_of(pool, 0), pool.session_length(0)) == (held, 3)


def test_slots_that_were_taken_back_are_empty_and_given_again() -> None:
    pool = HistoryPool(32)
    pool.put(0, interactions(1, 2, 3), session_length=3)
    slots = pool.slots(0)
    pool.empty(0)
    pool.empty(0)
    assert not pool.arrays.items.any()
    assert not pool.arrays.counts.any()
    pool.put(1, interactions(4), session_length=1)
    assert pool.slots(1).start == slots.start


def test_a_copy_does_not_follow_later_changes() -> None:
    pool = HistoryPool(32)
    pool.put(0, interactions(1, 2), session_length=2)
    copied = pool.copy(0)
    pool.empty(0)
    assert copied[0].tolist() == [1, 2]


@given(st.lists(st.integers(0, 12), max_size=9), st.integers(1, 12))
def test_whatever_was_put_in_is_there_after_a_dump_and_a_load(counts: list[int], width: int) -> None:
    pool, loaded = HistoryPool(width), HistoryPool(width)
    for visitor, count in enumerate(counts):
        pool.put(visitor, interactions(*range(min(count, width))), session_length=min(count, 2, width))
    loaded.load(pool.dump())
    for visitor, _ in enumerate(counts):
        assert items_of(loaded, visitor) == items_of(pool, visitor)
        assert loaded.session_length(visitor) == pool.session_length(visitor)
    # What is loaded goes on like what was never stopped.
    for each in (pool, loaded):
        each.make_room(3, 77)
        each.put(20, interactions(5), session_length=1)
    assert {name: np.asarray(value).tolist() for name, value in loaded.dump().items()} == {
        name: np.asarray(value).tolist() for name, value in pool.dump().items()
    }


def test_visitors_without_interactions_at_the_end_are_not_saved() -> None:
    pool = HistoryPool(4)
    pool.put(0, interactions(1), session_length=1)
    pool.put(3, interactions(2), session_length=1)
    pool.empty(3)
    assert np.asarray(pool.dump()["lengths"]).tolist() == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"lengths": np.array([5], np.uint8)},
        {"session_lengths": np.array([3], np.uint8)},
        {"items": np.array([1, -2], np.int32)},
        {"rewards": np.zeros(1, np.float32)},
        {"times": np.zeros(2, np.int64)},
    ],
)
def test_a_state_that_does_not_fit_is_refused(change: dict[str, np.ndarray]) -> None:
    pool = HistoryPool(4)
    pool.put(0, interactions(1, 2), session_length=2)
    with pytest.raises(InvalidState):
        HistoryPool(4).load({**pool.dump(), **change})
