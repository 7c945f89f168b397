"""Votes in a ring: whose they are, and what makes room."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState, State
from online_models.models.popularity.rating_store import RatingStore


def three_votes(limit: int = 8) -> RatingStore:
    store = RatingStore(limit)
    for visitor, item in ((1, 5), (1, 6), (2, 5)):
        entry = store.take(visitor, item)
        store.given[entry] = 4.0, 1.0, 1.0
    return store


def test_a_vote_is_found_by_visitor_and_item() -> None:
    store = three_votes()
    assert [store.find(1, 5), store.find(1, 6), store.find(2, 5)] == [0, 1, 2]
    assert [store.find(2, 6), store.find(0, 5), store.find(99, 5), store.find(-1, 5)] == [-1] * 4
    assert store.of(1) == [0, 1]
    assert store.of(99) == []


def test_the_oldest_vote_makes_room() -> None:
    store = three_votes(limit=3)
    assert store.take(3, 9) == 0
    assert store.used == 3
    assert store.find(1, 5) == -1
    assert store.of(1) == [1]


def test_a_vote_can_be_given_to_another_and_to_nobody() -> None:
    store = three_votes()
    store.give(0, visitor=7)
    assert store.find(7, 5) == 0
    assert store.of(1) == [1]
    store.release(0)
    assert store.of(7) == []
    assert store.used == 3


def test_it_comes_back_as_it_was() -> None:
    store, again = three_votes(limit=3), RatingStore(limit=3)
    store.take(3, 9)
    again.load(store.dump())
    assert [again.of(visitor) for visitor in range(5)] == [store.of(visitor) for visitor in range(5)]
    assert again.take(4, 9) == store.take(4, 9) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"items": np.array([5, -6, 5], np.int32)},
        {"voters": np.array([1, -2, 2], np.int32)},
        {"voters": np.array([1, 2, 2], np.int32), "items": np.array([4, 5, 5], np.int32)},
        {"given": np.full((3, 3), np.nan)},
        {"taken": 2},
    ],
    ids=["no item", "no visitor", "a vote twice", "no number", "another count"],
)
def test_a_strange_state_is_refused(broken: State) -> None:
    with pytest.raises(InvalidState):
        RatingStore(8).load({**three_votes().dump(), **broken})
