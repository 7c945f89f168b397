"""How arrays grow, and which rows are the best."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.growth import SMALLEST, best, grown


def test_an_array_that_is_long_enough_stays_the_same() -> None:
    array = np.arange(5)
    assert grown(array, 5) is array
    assert grown(array, 0) is array


def test_growing_keeps_what_there_is_and_doubles() -> None:
    array = np.arange(100, dtype=np.int32)
    larger = grown(array, 101)
    assert len(larger) == 200
    assert larger[:100].tolist() == array.tolist()
    assert larger.dtype == np.int32
    assert not larger[100:].any()


def test_the_first_rows_come_together() -> None:
    assert len(grown(np.zeros((0, 3)), 1)) == SMALLEST
    assert grown(np.zeros((0, 3)), 1).shape[1] == 3


@pytest.mark.parametrize("fill", [-1, 7, float("-inf")])
def test_new_rows_hold_what_is_asked_for(fill: float) -> None:
    assert (grown(np.zeros(2), 3, fill=fill)[2:] == fill).all()


def test_one_row_at_a_time_copies_seldom() -> None:
    array, copies = np.zeros(0), 0
    for rows in range(1, 10_001):
        larger = grown(array, rows)
        copies += larger is not array
        array = larger
    assert copies <= 9


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(-1, 40))
def test_the_best_are_those_that_sorting_finds(numbers: list[int], limit: int) -> None:
    by_value = sorted(range(len(numbers)), key=lambda index: (-numbers[index], index))
    assert best(np.array(numbers, float), limit).tolist() == sorted(by_value[: max(limit, 0)])
