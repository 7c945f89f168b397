"""A list that no type fills, with a share for what was declared; what was shown in vain fades."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.compiled import packed
from online_models.arrays.types import Indices
from online_models.slate.variety import DOZEN, LOOKS_TO_HALVE, MOST_OF_A_TYPE, NO_VARIETY, Variety, fade, varied


def indices(*numbers: int) -> Indices:
    return np.array(numbers, np.int32)


def types_of(chosen: list[int], types: Indices) -> list[int]:
    return [int(types[item]) for item in chosen]


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=48), st.integers(1, 24))
def test_every_list_is_as_long_as_before_and_has_no_item_twice(types: list[int], n: int) -> None:
    chosen = varied(range(len(types)), Variety(is_on=True, types=indices(*types)), n)
    assert len(chosen) == len(set(chosen)) == min(n, len(types))


def test_no_type_takes_more_than_its_part_of_each_dozen() -> None:
    types = indices(*[0] * 20, *[1] * 10, *[2] * 10, *[3] * 8)
    chosen = types_of(varied(range(48), Variety(is_on=True, types=types), 24), types)
    assert chosen.count(0) == 2 * MOST_OF_A_TYPE
    assert chosen[:DOZEN].count(0) == MOST_OF_A_TYPE
    assert chosen[0] == 0, "the best stays the best"


def test_what_the_visitor_looks_at_may_take_its_share() -> None:
    types = indices(*[0] * 20, *[1] * 20, *[2] * 8)
    looked_at = Variety(is_on=True, types=types, recent=indices(*range(10)))
    assert types_of(varied(range(48), looked_at, DOZEN), types).count(0) == 11
    once = Variety(is_on=True, types=types, recent=indices(3))
    assert types_of(varied(range(48), once, DOZEN), types).count(0) == DOZEN // 2


def test_where_nothing_else_is_left_one_type_fills_the_list() -> None:
    assert varied(range(9), Variety(is_on=True, types=indices(*[0] * 9)), 9) == list(range(9))


def test_two_types_share_a_list_evenly() -> None:
    types = indices(*[0] * 20, *[1] * 20)
    assert types_of(varied(range(40), Variety(is_on=True, types=types), DOZEN), types).count(0) == 6


def test_items_without_a_type_are_all_different() -> None:
    assert varied(range(20), Variety(is_on=True, types=indices(*[-1] * 5)), 20) == list(range(20))


def test_one_position_in_four_is_for_what_was_declared() -> None:
    declared = Variety(is_on=True, declared=indices(30, 31, 32, 33))
    chosen = varied(range(40), declared, DOZEN)
    assert [position for position, item in enumerate(chosen) if item >= 30] == [2, 6, 10]
    assert [item for item in chosen if item < 30] == list(range(9))


def test_what_was_declared_and_is_good_takes_no_further_position() -> None:
    assert varied(range(8), Variety(is_on=True, declared=indices(0, 4)), 8) == list(range(8))


def test_half_the_odds_are_lost_with_so_many_looks() -> None:
    seen = Variety(is_on=True, ignored_items=indices(7, 99), ignored=np.array([LOOKS_TO_HALVE, 1], np.float32))
    scores = np.zeros(2)
    fade(scores, indices(5, 7), packed(seen))
    assert np.exp(scores) == pytest.approx([1.0, 0.5])


def test_without_variety_there_is_nothing_to_vary_by() -> None:
    assert varied(range(9), NO_VARIETY, 5) == list(range(5))
