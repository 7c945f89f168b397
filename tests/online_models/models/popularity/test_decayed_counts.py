"""Counts kept as logarithms: what adds up, what is new, and who leads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.models.popularity import decayed_counts
from online_models.models.popularity.decayed_counts import Earlier

ITEMS, LEADERS = 9, 4


def earlier(*interactions: tuple[int, float, float]) -> Earlier:
    """Return items, rewards and times."""
    items, rewards, times = zip(*interactions, strict=True) if interactions else ((), (), ())
    return np.array(items, np.int32), np.array(rewards, np.float32), np.array(times, np.float64)


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_levels_add_up_as_their_counts_do(one: float, other: float) -> None:
    assert 2 ** decayed_counts.sum_of_levels(one, other) == pytest.approx(2**one + 2**other)


@given(st.lists(st.tuples(st.integers(0, ITEMS - 1), st.integers(1, 5)), max_size=40))
def test_leaders_are_those_of_the_highest_levels(steps: list[tuple[int, int]]) -> None:
    levels, leaders = np.full(ITEMS, -np.inf), np.full(LEADERS, -1, np.int32)
    for item, more in steps:
        higher = (0.0 if levels[item] == -np.inf else levels[item]) + more
        decayed_counts.raise_level(leaders, levels, item, higher)
    assert leaders.tolist() == decayed_counts.highest(levels, LEADERS).tolist()


def test_only_the_last_interaction_with_an_item_is_found() -> None:
    past = earlier((3, 1.0, 10.0), (4, 1.0, 20.0), (3, 5.0, 30.0))
    assert decayed_counts.last_interaction(3, past) == 2
    assert decayed_counts.last_interaction(4, past) == 1
    assert decayed_counts.last_interaction(9, past) == -1


@pytest.mark.parametrize(
    ("reward", "at", "fresh"),
    [(5.0, 15.0, 4.0), (1.0, 15.0, 0.0), (5.0, 20.0, 5.0), (0.5, 15.0, 0.0)],
    ids=["a purchase after a view", "the same again", "after the window", "less than a view"],
)
def test_within_a_window_only_what_is_more_counts(reward: float, at: float, fresh: float) -> None:
    assert decayed_counts.fresh_part(reward, at, 10.0, 10.0, 1.0) == fresh


def test_a_first_interaction_counts_whole() -> None:
    assert decayed_counts.fresh_part(3.0, 15.0, 10.0, -np.inf, 0.0) == 3.0


def test_a_choice_taken_back_does_not_count_twice() -> None:
    assert decayed_counts.fresh_part(1.0, 12.0, 10.0, 10.0, -1.0) == 0.0


def test_what_a_visitor_counted_for_is_known_by_their_history_and_beyond_it() -> None:
    past, nothing = earlier((3, 1.0, 10.0), (4, 5.0, 20.0)), (-np.inf, 0.0, 1.0, 1.0)
    assert decayed_counts.counted_before(3, past, nothing) == (10.0, 1.0)
    assert decayed_counts.counted_before(9, past, nothing) == (-np.inf, 0.0)
    assert decayed_counts.counted_before(9, past, (15.0, 3.0, 1.0, 1.0)) == (15.0, 3.0)
    assert decayed_counts.counted_before(3, past, (15.0, 3.0, 1.0, 1.0)) == (15.0, 3.0)
    assert decayed_counts.counted_before(4, past, (15.0, 3.0, 1.0, 1.0)) == (20.0, 5.0)


def test_leaders_are_written_until_they_are_not_worth_a_word() -> None:
    levels = np.array([0.0, 5.0, 3.0, -60.0])
    leaders = decayed_counts.highest(levels, 4)
    items, scores = np.full(4, -1, np.int32), np.zeros(4, np.float32)
    excluded = np.array([False, True])
    assert decayed_counts.write_leaders(leaders, levels, 0.0, excluded, items, scores) == 2
    assert items.tolist() == [2, 0, -1, -1]
    assert scores.tolist() == [8.0, 1.0, 0.0, 0.0]
