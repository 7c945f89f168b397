"""Scores added up by item come out once each, and leave no trace behind."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.accumulation import accumulate, drain

ITEMS = 6
scored = st.lists(st.tuples(st.integers(0, ITEMS - 1), st.sampled_from([0.25, 0.5, 1.0, 4.0])), max_size=30)


def added_up(steps: list[tuple[int, float]]) -> tuple[list[int], list[float], list[float]]:
    """Return the items found, their sums, and the totals that are left."""
    totals, found = np.zeros(ITEMS, np.float32), np.zeros(len(steps) + 1, np.int32)
    count = 0
    for item, score in steps:
        count = accumulate(totals, found, count, item, np.float32(score))
    scores = np.zeros(count, np.float32)
    drain(totals, found, count, scores)
    return found[:count].tolist(), scores.tolist(), totals.tolist()


@given(scored)
def test_each_item_has_the_sum_of_its_scores_in_order_of_the_first(steps: list[tuple[int, float]]) -> None:
    expected: dict[int, float] = {}
    for item, score in steps:
        expected[item] = expected.get(item, 0.0) + score
    items, sums, _ = added_up(steps)
    assert dict(zip(items, sums, strict=True)) == expected
    assert items == list(expected)


@given(scored)
def test_the_totals_are_zero_afterwards(steps: list[tuple[int, float]]) -> None:
    assert added_up(steps)[2] == [0.0] * ITEMS


def test_a_total_that_came_back_to_zero_is_drained_once() -> None:
    items, sums, left = added_up([(2, 1.0), (2, -1.0), (2, 4.0)])
    assert items == [2, 2]
    assert sums == [4.0, 0.0]
    assert left == [0.0] * ITEMS
